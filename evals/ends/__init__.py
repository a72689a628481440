"""What a case expects the systems to show at its end: one kind of expectation, one file."""
