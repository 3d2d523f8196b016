"""Records of a span of days or of a village, taken out as one archive that others can check."""
