"""Every table of the records: whoever deals with all of them asks here, so none is forgotten."""

from agent.records import account_tables, copy_tables, phase_table, prompt_tables, watch_tables
from agent.records.tables import metadata_of_records

ALL = (account_tables, copy_tables, phase_table, prompt_tables, watch_tables)
"""Modules whose tables count as ours once they are imported."""

metadata = metadata_of_records
