"""Applications as the hub has them once people have signed, for tests of alarms and records.

Calls `hub.applications`, `hub.approvals` and `tests.support.township`.
"""

from typing import Any

from hub.applications import file, status
from hub.applications.file import Draft
from hub.applications.models import Filed
from hub.approvals import service
from hub.clock import now_ms
from hub.people.roster import find
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval import subject

STEPS = (("director", "yi"), ("secretary", "jia"))


def approve(township: Township, *, steps: int = 2, **changes: Any) -> Filed:
    """An application, filed by the clerk and approved by the first `steps` of its chain."""
    staff = find("geng", now_ms())
    assert staff is not None
    plain: dict[str, Any] = {
        "device": DEVICE,
        "item": "residence",
        "seal": "seal-committee",
        "title": "居住证明",
        "purpose": "子女入学",
        "impressions": 1,
        "seams": 0,
        "operators": ("wu",),
        "pages": (bytes(range(32)),),
    }
    random_id = Filed.objects.count().to_bytes(32, "big")
    found = file.submit(Draft(**{**plain, **changes}), staff, random_id=random_id, now_ms=now_ms())
    application = subject.decode(bytes(found.data))
    for step, person in STEPS[:steps]:
        standing = status.standing(found, now_ms())
        service.submit(
            found,
            township.approve(application, step, person),
            entitled=standing.waiting,
            lists=standing.lists,
            now_ms=now_ms(),
        )
    return Filed.objects.get(subject=found)
