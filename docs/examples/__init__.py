"""The worked examples of `docs/formats.md`, made from fixed keys. Calls nothing."""
