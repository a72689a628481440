"""Pages for people: one file each, found by walking."""
