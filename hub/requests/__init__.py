"""What villagers ask for from the public page, and what they are told by their receipt code."""
