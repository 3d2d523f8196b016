"""What other pages show of duty."""
