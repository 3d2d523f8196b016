"""The hub examines itself: one small file a check, found by listing `checks/`."""
