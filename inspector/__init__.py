"""What inspectors run: pull a township's records, and verify them offline, trusting nobody."""
