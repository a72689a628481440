"""Scenarios: named ways in which a plant gets out of step, one module each, found by walking."""
