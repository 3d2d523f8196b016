"""Machines of the township: their lists, their contact, their state."""
