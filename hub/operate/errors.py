"""Errors that more than one step of upkeep raises. Calls nothing."""


class RestoreError(Exception):
    """The backup was not brought back; the text says why, in Chinese and English."""
