"""The county: root ceremony, authority officers, and the pages on the county's own origin."""
