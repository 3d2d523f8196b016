"""Tests of the camera drivers."""
