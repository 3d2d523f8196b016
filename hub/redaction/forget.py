"""Empties the words around findings, which somebody needed to decide. Calls its models."""

from typing import Final

from hub.redaction.models import Trace

DAYS: Final = 90
"""Example: longer than anything waits for its reviewers."""
_DAY_MS: Final = 86_400_000


def forget(now_ms: int) -> int:
    """In how many findings of what was examined so long ago; what was decided stays."""
    old = Trace.objects.filter(examined__at_ms__lt=now_ms - DAYS * _DAY_MS)
    return old.exclude(before="", masked="", after="").update(before="", masked="", after="")
