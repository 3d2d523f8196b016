"""The inspectors' interface."""
