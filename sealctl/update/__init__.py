"""Releases of the machine's software: taken in, kept beside what runs, tried. See ADR 20."""
