"""Takes files from people: what they uploaded becomes plain pictures of pages, or a reason."""
