"""An OData V2 server that behaves as SAP's Gateway does, for services described as data."""
