"""The chat brain: answers questions about orders, stock and cases. It never decides or posts."""
