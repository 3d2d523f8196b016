"""Takes the machines' entries in: verifies, orders, stores, acknowledges. The one sequencer."""
