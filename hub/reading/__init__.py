"""Reads the text of photos and compares it with the text of the approved pages."""
