"""Finds and hides what must not be published: numbers of people, and names beyond their time."""
