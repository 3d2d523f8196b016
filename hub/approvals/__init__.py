"""Approvals of subjects by named persons."""
