"""Situations of planning."""
