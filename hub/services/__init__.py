"""What villagers come for: a guide of services, where and when; appointments without account."""
