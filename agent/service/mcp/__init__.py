"""Tools for other agents by MCP: those of the chat, and some that only looking agents need."""
