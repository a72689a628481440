"""Who may judge in a run: one judge, one file, found by walking."""
