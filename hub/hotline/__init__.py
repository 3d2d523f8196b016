"""监察站直通车: what villagers report, and what the township's inspectors do about it."""
