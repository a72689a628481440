"""Words for people in other languages: German catalogues, one small file per area."""
