"""The maintenance systems Concord speaks to, one connector each."""
