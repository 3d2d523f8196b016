"""One check a file: each has `examine(health) -> Finding` and is pure."""
