"""What every driver of a port must do, as named checks: one file a port, run by tests over each
driver's simulator and by `sealctl doctor --hardware` over the real part.
"""
