"""Everything about one entry of a bundle: found, checked and told."""
