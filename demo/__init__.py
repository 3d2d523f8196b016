"""The newcomer's township: invented people with software authenticators.

Never part of the wheel.
"""
