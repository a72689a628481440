"""Data only: the prompts, what locks them, which are in use and how that came about."""
