"""SAP S/4HANA: the OData V2 protocol, and one file per service."""
