"""Documentation; its worked examples are made by `docs.examples`. Calls nothing."""
