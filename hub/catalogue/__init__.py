"""What may be stamped."""
