"""Alarms: what machines and the hub itself noticed, and what people found when they looked."""
