"""What Concord can change: one action, one file."""
