"""How well: golden cases, run through the machine against plants in a box, and their results."""
