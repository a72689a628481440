"""Who drives a run: one engine, one file. All of them play the same tasks to the same rows."""
