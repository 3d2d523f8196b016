"""Reports sealed in the browser for the county: kept as they came, handed over, never opened here.

Calls `hub.hotline.{codes,limits,models,router}`, `hub.days`, `hub.requests.codes` and
`wire.county_report`. Neither whom it concerns nor the hour is kept.
"""

import binascii
from base64 import b64decode
from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.config import Config, ConfigError
from hub.days import today
from hub.hotline import codes
from hub.hotline.limits import limits
from hub.hotline.models import SealedReport
from hub.hotline.router import LABEL
from hub.requests import codes as receipts
from wire import county_report
from wire.refusals import Refused


def key(config: Config) -> bytes | None:
    """The county's key as the browser takes it, None where hub.toml names none. Raises ConfigError,
    which names the file.
    """
    name = limits(config).county_key
    if not name:
        return None
    try:
        return county_report.point((config.state / name).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{name}: 不是县里的公钥文件（P-256，PEM）。 Not the county's public key: {error}"
        ) from error


def sent(text: str) -> bytes | None:
    """The sealed bytes that a form sends; None for anything else."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if county_report.is_sealed(data) else None


def submit(sealed: bytes, *, drawn: str, most: int, now_ms: int) -> str:
    """Keep it; the receipt code. The same `drawn` again keeps nothing twice. Raises Refused."""
    code, day = receipts.of(drawn), today(now_ms)
    name = codes.kept(code, codes.REPORT)
    if SealedReport.objects.filter(code=name).exists():
        return code
    if SealedReport.objects.filter(day=day).count() >= most:
        raise Refused("too_soon", "今天收到的太多，请明天再来，或打 12388")
    try:
        with transaction.atomic(using=LABEL):
            SealedReport.objects.create(code=name, sealed=sealed, day=day)
    except IntegrityError:
        return code
    return code


def find(name: bytes) -> SealedReport | None:
    """By the slow hash of its receipt code."""
    return SealedReport.objects.filter(code=name).first()


def spoken(row: SealedReport) -> str:
    """By what reporter and county speak of it."""
    return county_report.reference(bytes(row.sealed))


def hand_over(*, again: bool, day: date) -> list[bytes]:
    """The sealed bytes of those that the county has not yet, or of all; they count as handed over
    once the caller's transaction ends.
    """
    fresh = SealedReport.objects.filter(handed=None)
    rows = SealedReport.objects.all() if again else fresh
    found = [(one.pk, bytes(one.sealed)) for one in rows]
    fresh.filter(pk__in=[number for number, _ in found]).update(handed=day)
    return [sealed for _, sealed in found]


def old(until_ms: int) -> QuerySet[SealedReport]:
    """Those that were handed over before that day."""
    return SealedReport.objects.filter(handed__lt=today(until_ms))


def erase(numbers: Collection[int]) -> None:
    """IntegrityError for one that the county has not."""
    with transaction.atomic(using=LABEL):
        SealedReport.objects.filter(pk__in=numbers).delete()
