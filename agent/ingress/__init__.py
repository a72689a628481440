"""Everything that comes in: envelopes, signatures, foreign events, IDocs, MQTT, polled messages."""
