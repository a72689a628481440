"""Situations of master data."""
