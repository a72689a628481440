"""The manufacturing execution systems Concord speaks to, one connector each."""
