"""Conflicts of maintenance."""
