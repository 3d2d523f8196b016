"""Notices to other systems: an outbox, and who is told. Nothing comes back, nothing is approved."""
