"""Situations of materials."""
