"""A plant in a box: servers that speak the real systems' protocols, over a world that is data."""
