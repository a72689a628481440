"""Questions answered at once, changing nothing: one file per question."""
