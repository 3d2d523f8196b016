"""Each approver's own history: everything that his passkey signed, from the county's copy."""
