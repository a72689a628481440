"""The canonical business objects: what SAP, MES and maintenance mean, free of their dialects."""
