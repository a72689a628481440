"""Settled cases that resemble a new one: an index over the records, rebuilt at will."""
