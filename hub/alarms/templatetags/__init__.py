"""What other pages show of alarms."""
