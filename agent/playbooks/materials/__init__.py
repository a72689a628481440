"""Conflicts of materials."""
