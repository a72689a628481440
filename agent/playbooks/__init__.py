"""What Concord knows about each kind of conflict: one kind, one file, found by walking."""
