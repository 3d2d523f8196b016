"""Who signs in to the hub."""
