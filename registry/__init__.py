"""In which words: prompts as locked files, with versions, aliases, promotion, rollback, lineage."""
