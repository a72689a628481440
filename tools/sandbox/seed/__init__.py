"""The two plants of the box, drawn from a seed: master data from tables, a past from chance."""
