"""The report of a run: one page for a reviewer, in the order in which they ask."""
