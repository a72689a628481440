"""Conflicts of production."""
