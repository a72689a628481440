"""Comparing two runs: what changed, by how much, whether that may go into production."""
