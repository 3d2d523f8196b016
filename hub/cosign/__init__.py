"""Asks the county's witnesses to cosign the log's head, and keeps what they answer."""
