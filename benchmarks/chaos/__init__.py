"""Chaos: Concord as real processes, killed and lied to, and a checker that asks the plant alone."""
