"""Whether all that a hub keeps still fits together; each fault with its place. Reads only."""
