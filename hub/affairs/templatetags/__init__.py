"""What other pages show of publication."""
