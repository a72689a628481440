"""Notifications: what waits for people is told where they look, and to whoever listens."""
