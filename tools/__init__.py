"""Where the systems are: canonical objects, ports, connectors and the plant in a box. No judgement here."""
