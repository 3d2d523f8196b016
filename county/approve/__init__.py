"""The county's own program for approvals by SM2 keys: checks, shows, asks, signs; no network."""
