"""One file a check: `examine(health)` is a pure function of `hub.operate.doctor.model`."""
