"""The S/4HANA of the sandbox: its tables, its posting rules, and the OData services it offers."""
