"""One plant, one TOML file: its systems, tolerances, mappings, calendar, and what it allows."""
