"""The menu as templates ask for it."""
