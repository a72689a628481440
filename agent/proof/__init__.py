"""The named checks a remedy must pass: one check, one file, found by walking."""
