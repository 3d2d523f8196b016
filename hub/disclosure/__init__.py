"""What villagers see: what was stamped, redacted, with a proof for each line."""
