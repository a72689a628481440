"""Concord at work in the plant in a box, for somebody who has just installed it."""
