"""A change of office (换届): one plan, one draft."""
