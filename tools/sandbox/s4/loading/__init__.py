"""How plant books become S/4 rows: one file per kind of record."""
