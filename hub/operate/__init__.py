"""What keeps a hub alive: backup, restore, examination, measures, and the end of what is kept."""
