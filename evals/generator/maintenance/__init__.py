"""Situations of maintenance."""
