"""Who runs when: durable turns of cases, on DBOS behind one small port."""
