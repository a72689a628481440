"""The versions of the records, in their order."""
