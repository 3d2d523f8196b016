"""Records as inspectors read them: every entry, opened, with its photos."""
