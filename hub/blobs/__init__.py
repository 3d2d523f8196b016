"""Photos and approved pages by their SHA-256."""
