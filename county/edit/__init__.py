"""How officers change their lists: from the package in force to the draft of the next one."""
