"""Resources of the HTTP API: one file each, found by walking."""
