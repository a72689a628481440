"""When: the state machine and the service around it."""
