"""SAP Digital Manufacturing as the shop floor of a sandbox plant runs it.

Where names come from, marked in each module's docstring:

- **[spec]** path and fields as in the OpenAPI files of SAP's Business Accelerator Hub
  (``sapdme_*``), read in the public mirror ``Endogen/sap-dmc-api``;
- **[client]** seen in public client code only;
- **[sandbox]** the sandbox's own assumption: DM documents no such thing.

The rules (tolerances, holds, statuses) are the sandbox's own: what DM checks is documented nowhere
in public.
"""
