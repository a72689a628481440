"""Effects: the ledger, and the only door through which anything is posted."""
