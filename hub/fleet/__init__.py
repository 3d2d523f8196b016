"""The township's machines at a glance, commands to them, and requests to suspend one."""
