"""Applications for stamps."""
