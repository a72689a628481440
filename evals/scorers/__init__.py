"""What is measured of a case's result: one scorer, one file."""
