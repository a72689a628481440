"""What S/4 does when something is posted, and when it refuses: functions over its state."""
