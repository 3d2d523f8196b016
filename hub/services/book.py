"""Makes, recalls and calls off appointments.

Calls `hub.services.{guide,models,slots}`, `hub.requests.{codes,file}`, `hub.days`,
`hub.devices.rate` and `wire.refusals`.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from django.db import IntegrityError, transaction

from hub.days import today
from hub.devices.rate import Rate
from hub.requests import codes, file
from hub.services import slots
from hub.services.guide import Booking, Guide, Point
from hub.services.models import BOOKED, CALLED_OFF, CAME, RECALLED, Appointment
from hub.services.slots import Slot
from wire.refusals import Refused

LENGTHS: Final[Mapping[str, tuple[str, int]]] = {
    "name": ("姓名", 32),
    "phone": ("电话", 20),
    "service": ("办什么事", 40),
}
MINUTE_MS: Final = 60_000
_TAKEN: Final = (BOOKED, CAME)


def free(point: Point, booking: Booking, day: date, now_ms: int) -> tuple[Slot, ...]:
    """The times of that day, with the places that are left."""
    rows = Appointment.objects.filter(point=point.id, day=day.isoformat(), state__in=_TAKEN)
    taken = Counter(rows.values_list("time", flat=True))
    return slots.slots(point, booking, day, today(now_ms), taken)


def wrong(values: Mapping[str, str]) -> dict[str, str]:
    """By field what is wrong; nothing where it can be kept."""
    found = {}
    for name, (words, most) in LENGTHS.items():
        text = values.get(name, "")
        if not text:
            found[name] = f"请填写{words}。"
        elif len(text) > most or not text.isprintable():
            found[name] = f"{words}最多 {most} 个字，不能有特殊符号。"
    if "phone" not in found and not file.is_phone(values["phone"]):
        found["phone"] = "电话只写数字，例如 13800000000。"
    if not values.get("time"):
        found["time"] = "请选一个时间。"
    return found


def book(
    guide: Guide,
    point: Point,
    day: date,
    values: Mapping[str, str],
    *,
    village: str,
    drawn: str,
    now_ms: int,
) -> str:
    """Keep it; the receipt code. The same `drawn` again keeps nothing twice. Raises Refused, whose
    detail is a sentence for the villager.
    """
    if not _rate(guide.booking.per_minute).admits("all", now_ms):
        raise Refused("too_soon", "现在预约的人太多，请过几分钟再试，或打电话")
    code = codes.of(drawn)
    own = Appointment.objects.filter(code=(kept := codes.kept(code)))
    if own.exists():
        return code
    phone = _digits(values["phone"])
    ahead = Appointment.objects.filter(day__gte=today(now_ms).isoformat(), state=BOOKED)
    if ahead.filter(phone=phone).count() >= guide.booking.per_phone:
        most = guide.booking.per_phone
        raise Refused("too_soon", f"这个电话已经有 {most} 个预约，办完或取消以后再约")
    given = {"village": village, "service": values["service"], "name": values["name"]}
    while True:
        place = _place(guide, point, day, values["time"], now_ms)
        try:
            with transaction.atomic():
                Appointment.objects.create(
                    code=kept,
                    point=point.id,
                    day=day.isoformat(),
                    time=values["time"],
                    place=place,
                    phone=phone,
                    created_ms=now_ms,
                    **given,
                )
        except IntegrityError:
            if own.exists():
                return code
            continue  # somebody took that place: the next one, if there is any
        return code


def find(code: str) -> Appointment | None:
    """The appointment of a receipt code, as somebody typed it."""
    read = codes.read(code)
    return None if read is None else Appointment.objects.filter(code=codes.kept(read)).first()


def recall(found: Appointment, now_ms: int) -> None:
    """Whoever made it does not come; raises Refused once the day is over."""
    _end(found, RECALLED, "", now_ms)


def call_off(found: Appointment, words: str, now_ms: int) -> None:
    """Staff cannot keep it, for a reason that he reads by his code; raises Refused."""
    reason = " ".join(words.split())
    if not 0 < len(reason) <= 200 or not reason.isprintable():
        raise Refused("bad_request", "words: 请写明原因，最多 200 字")
    _end(found, CALLED_OFF, reason, now_ms)


def came(found: Appointment) -> None:
    """He was there; raises Refused where it was called off."""
    if not Appointment.objects.filter(pk=found.pk, state=BOOKED).update(state=CAME):
        raise Refused("not_now", "it has ended")


def may_recall(found: Appointment, now_ms: int) -> bool:
    return found.state == BOOKED and found.day >= today(now_ms).isoformat()


def _end(found: Appointment, state: str, words: str, now_ms: int) -> None:
    """It names nobody any more, unless staff still have to tell him by telephone."""
    day = today(now_ms).isoformat()
    rows = Appointment.objects.filter(pk=found.pk, state=BOOKED, day__gte=day)
    blank = {} if state == CALLED_OFF else {"name": "", "phone": "", "service": ""}
    if not rows.update(state=state, words=words, **blank):
        raise Refused("not_now", "it has ended")


def _place(guide: Guide, point: Point, day: date, time: str, now_ms: int) -> int:
    """The lowest place that nobody has; raises Refused where none is left."""
    found = next((one for one in free(point, guide.booking, day, now_ms) if one.time == time), None)
    if found is None or not found.left:
        raise Refused("too_soon", "这个时间刚刚约满了，请选别的时间")
    rows = Appointment.objects.filter(point=point.id, day=day.isoformat(), time=time)
    taken = set(rows.filter(state__in=_TAKEN).values_list("place", flat=True))
    return next(one for one in range(found.places + 1) if one not in taken)


def _digits(text: str) -> str:
    """The same telephone however it is grouped."""
    return "".join(one for one in text if one not in "- ")


@lru_cache(maxsize=4)
def _rate(per_minute: int) -> Rate:
    return Rate(burst=per_minute, every_ms=MINUTE_MS // per_minute)
