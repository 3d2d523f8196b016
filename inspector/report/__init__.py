"""What a bundle says, for people who read paper and pages: PDF, HTML and CSV, in Chinese."""
