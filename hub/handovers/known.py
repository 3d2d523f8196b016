"""What the hub itself knows of a leaver's things: the first words of his exit sheet.

Calls `hub.applications`, `hub.devices.authority` and `hub.handovers.sheet`. It is a help to whoever
fills the sheet in, who says what is there and what is not.
"""

from collections.abc import Iterator
from typing import Final

from hub.applications import status
from hub.applications.models import Filed
from hub.devices import authority
from wire.lists.content import Machine, Person
from wire.refusals import Refused

NEWEST: Final = 50


def of(person: Person, village: str, now_ms: int) -> dict[str, str]:
    """Field → text, for the parts of which something is known."""
    machines = [one for one in authority.machines().values() if one.village == village]
    found = {
        "seals": list(_seals(machines)),
        "codes": list(_codes(person, machines)),
        "matters": list(_matters(person, village, now_ms)),
    }
    return {f"{part}_text": "\n".join(lines) for part, lines in found.items() if lines}


def _seals(machines: list[Machine]) -> Iterator[str]:
    for machine in machines:
        for seal in machine.seals:
            yield f"{seal.name}：{machine.device} 的 {seal.slot} 号位"


def _codes(person: Person, machines: list[Machine]) -> Iterator[str]:
    for machine in machines:
        if count := sum(code.person == person.id for code in machine.emergency):
            yield f"{machine.device} 的应急码 {count} 个，信封收回"
    if person.passkeys:
        yield f"通行密钥 {len(person.passkeys)} 把：签过的文件没办完前留在名册上"


def _matters(person: Person, village: str, now_ms: int) -> Iterator[str]:
    rows = Filed.objects.filter(village=village, not_after__gt=now_ms).select_related("subject")
    for row in rows.order_by("-id")[:NEWEST]:
        try:
            standing = status.standing(row.subject, now_ms)
        except Refused:
            continue
        if standing.state == "pending" and person.id in standing.waiting:
            yield f"申请 {row.subject_id} 等他审批：{row.title}"
        elif standing.state in ("pending", "approved") and row.applicant == person.id:
            yield f"申请 {row.subject_id} 由他提出：{row.title}"
