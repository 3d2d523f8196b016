"""What a village must publish (三务公开), what it published, and what is asked of that."""
