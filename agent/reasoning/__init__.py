"""Who judges: three reasoners behind one protocol."""
