"""The county's witness: vouches that a township's log only grows (C2SP tlog-witness)."""
