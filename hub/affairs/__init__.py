"""What a village must publish (三务公开), and what it published: drafts, reviews, editions, questions."""
