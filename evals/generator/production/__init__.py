"""Situations of production."""
