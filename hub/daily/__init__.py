"""What an inspector looks at each day: what is unusual, and a sample that nobody chose."""
