"""What the hub takes back at once, until the officers have signed a new list."""
