"""Empties questions that were answered, and drops drafts that nobody goes on with.

Calls `hub.affairs`. What stays of a question says only that it was asked and answered in time.
"""

from hub.affairs.limits import Limits
from hub.affairs.models import Draft, Question
from hub.affairs.questions import BLANK

DAY_MS = 86_400_000


def forget(limits: Limits, now_ms: int) -> int:
    """How many questions and drafts were emptied or dropped."""
    asked = Question.objects.filter(answered_ms__lt=now_ms - limits.question_days * DAY_MS)
    emptied = asked.exclude(words="").update(**BLANK)
    old = Draft.objects.filter(changed_ms__lt=now_ms - limits.draft_days * DAY_MS)
    dropped = old.count()
    old.delete()
    return int(emptied) + dropped
