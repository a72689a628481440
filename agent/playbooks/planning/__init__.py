"""Conflicts of planning: what is to run, and when."""
