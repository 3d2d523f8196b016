"""Who did what at the staff site, and who was refused what, and why."""
