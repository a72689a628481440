"""Playbooks about what is not as it should be, and who still takes it for good."""
