"""The machine's nodes, one per file."""
