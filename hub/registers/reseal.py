"""Applications on a seal that is in force no more: what to say, and which of them are open.

Calls `hub.applications.models` and `wire`. The machine refuses them by the signed list
(`seal_suspended`, `seal_mismatch`); nobody's approval of the old seal counts for the new one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.applications.models import Filed
from wire.approval import subject
from wire.approval.subject import Application
from wire.lists.content import Machine, Seal

MOST: Final = 200


@dataclass(frozen=True)
class Gone:
    """`old` as the list has it, None where it has it no more; `new` stands in its place. `ended`:
    it never stamps again, so the application has to be filed and approved anew.
    """

    old: Seal | None
    new: Seal | None
    ended: bool

    @property
    def zh(self) -> str:
        name = self.old.name if self.old else "申请的印章"
        if not self.ended:
            return f"{name}暂停使用，机器现在不盖；恢复以后还能盖。"
        instead = f"换成了{self.new.name}，" if self.new else ""
        return f"{name}已经停用，{instead}原来的审批不算数，要重新申请、重新审批。"


def gone(application: Application, machine: Machine) -> Gone | None:
    """None where the seal can stamp by that list."""
    old = machine.seal(application.seal)
    if old is not None and old.state == "active":
        return None
    new = next((one for one in machine.seals if one.replaces == application.seal), None)
    return Gone(old, new, old is None or old.state == "retired")


def open_on(village: str, seal: str, now_ms: int) -> Iterator[Filed]:
    """The newest applications on that seal that have not expired."""
    rows = Filed.objects.filter(village=village, not_after__gt=now_ms).select_related("subject")
    for row in rows.order_by("-id")[:MOST]:
        if subject.decode(bytes(row.subject.data)).seal == seal:
            yield row
