"""Case files: what inspectors gather about one matter, kept from erasure, and given out whole."""
