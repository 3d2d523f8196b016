"""Lists that run out soon though the machine is in use.

Calls `hub.devices` and `hub.notices.write`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from django.db import transaction
from django.db.models import Max

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.notices.write import News, write
from wire.lists.content import Machine

HOUR_MS: Final = 3_600_000
KIND: Final = "list_expiring"


def tell(hours: int, now_ms: int) -> None:
    """Those that hold for no more than so many hours, each list once."""
    with transaction.atomic():
        write(_soon(authority.machines(), now_ms + hours * HOUR_MS), now_ms)


def _soon(machines: Mapping[str, Machine], until_ms: int) -> Iterator[News]:
    rows = ListVersion.objects.filter(device__in=list(machines)).values_list("device")
    for device, version, expires_ms in rows.annotate(Max("version"), Max("expires_ms")):
        machine = machines[device]
        if machine.state == "active" and expires_ms <= until_ms:
            told = {"list": version, "expires_ms": expires_ms}
            yield News(KIND, (device, version), machine.village, device, told)
