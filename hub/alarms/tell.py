"""What other systems are told of alarms. Calls `hub.alarms.models` and `hub.notices.write`.

To be called inside the transaction of what it tells.
"""

from collections.abc import Iterable
from typing import Final

from hub.alarms.models import Alarm
from hub.notices.write import News, write

SILENT: Final = "silent"


def raised(alarms: Iterable[Alarm], now_ms: int) -> None:
    """A new alarm; of a machine that fell silent by a name of its own."""
    write(
        (
            News(
                "machine_silent" if one.rule == SILENT else "alarm_raised",
                (bytes(one.cause),),
                one.village,
                one.device,
                {"number": int(one.pk), "rule": one.rule},
            )
            for one in alarms
        ),
        now_ms,
    )


def handed_on(steps: Iterable[tuple[int, str]], now_ms: int) -> None:
    """(alarm, office) of each that goes one office further."""
    wanted = list(steps)
    found = Alarm.objects.in_bulk([pk for pk, _ in wanted])
    write(
        (
            News(
                "alarm_handed_on",
                (bytes(found[pk].cause), office),
                found[pk].village,
                found[pk].device,
                {"number": pk, "rule": found[pk].rule, "office": office},
            )
            for pk, office in wanted
        ),
        now_ms,
    )
