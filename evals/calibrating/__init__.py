"""Calibrating: from which confidence on may a judge act alone? Shown by statistics, or never."""
