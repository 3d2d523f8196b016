"""`python -m tests.support.approved FILE`: file applications with their approvals in a hub.

Calls `hub` as the pages do. FILE holds grants as in a machine's list; SEALHUB_STATE names the hub.
"""

import os
import sys
from pathlib import Path

import django

from wire.approval import subject
from wire.lists import content
from wire.lists.content import Grants


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    from hub.applications.models import Filed
    from hub.approvals import service
    from hub.clock import now_ms

    found = content.decode(Grants, Path(sys.argv[1]).read_bytes())
    for grant in found.grants:
        asked = subject.decode(grant.subject)
        frozen = service.freeze(
            "application",
            grant.subject,
            proposer=asked.applicant,
            excluded={asked.applicant},
            now_ms=now_ms(),
        )
        Filed.objects.create(
            subject=frozen,
            device=asked.device,
            village=asked.village,
            item=asked.item,
            applicant=asked.applicant,
            title=asked.title,
            created_ms=asked.created,
            not_after=asked.not_after,
        )
        lists = service.approval_list(asked.device)
        for decision in grant.approvals:
            service.submit(
                frozen, decision, entitled=[decision.person], lists=lists, now_ms=now_ms()
            )


if __name__ == "__main__":
    main()
