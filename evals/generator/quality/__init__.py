"""Situations of quality."""
