"""A maintenance system of its own, behind the agreed REST contract."""
