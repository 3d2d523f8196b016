"""Registers that the law wants kept beside the log: seals, resolutions, and the use of seals."""
