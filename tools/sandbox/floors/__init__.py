"""The shop floors of a world, whichever MES runs them, as the people on them act."""
