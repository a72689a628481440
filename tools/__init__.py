"""Where the systems are: objects, ports, connectors and the plant in a box. No judgement here."""
