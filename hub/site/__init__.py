"""Writes what the public may see as plain files that any file server can give out."""
