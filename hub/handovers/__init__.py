"""Changes of office (换届): who comes and who leaves, and what leavers hand over."""
