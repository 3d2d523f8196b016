"""`sealhub device accepted`: whether an acceptance sheet holds against what this hub has.

Calls `hub.devices.{authority,models}`, `hub.ingest.models` and `wire`. Changes nothing.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest.models import Record
from wire import acceptance
from wire.acceptance import Acceptance, Citation
from wire.acceptance_words import sentence
from wire.errors import WireError


class NotAcceptedError(ValueError):
    """The sheet does not hold, or says itself what is missing; the text says what."""


def check(file: Path) -> None:
    """Print what holds; raises NotAcceptedError where something does not, or is missing."""
    data = file.read_bytes()
    made = _signed(data)
    print(f"{made.device} {made.village_name}: 签名成立 the signature holds")
    print(f"SHA-256: {hashlib.sha256(data).hexdigest()}")
    wrong = [*_wrong(made), *(sentence(*one) for one in acceptance.missing(made))]
    if wrong:
        raise NotAcceptedError(
            "\n".join(["不能验收 not accepted:", *(f"✗ {one}" for one in wrong)])
        )
    print("✓ 各项齐备，所依据的记录都在本平台 everything is there, and logged here")


def _signed(data: bytes) -> Acceptance:
    try:
        named = acceptance.read(data).device
        return acceptance.verify(data, authority.record_keys().get(named, ()))
    except WireError as error:
        raise NotAcceptedError(
            f"不是清单上的机器签出的验收单。 No sheet that a listed machine signed: {error}"
        ) from error


def _wrong(made: Acceptance) -> Iterator[str]:
    """What the hub knows otherwise, or not at all."""
    listed = authority.machines().get(made.device)
    if listed is None or listed.village != made.village:
        yield f"清单上本机不属于 {made.village}。 The list has it in another village."
    version = ListVersion.objects.filter(device=made.device, version=made.list_version).first()
    if version is None or bytes(version.sha256) != made.list_sha256:
        yield f"没有发布过第 {made.list_version} 版清单。 No such list was published."
    for cited, kind in acceptance.citations(made):
        if not _logged(made.device, cited, kind):
            yield f"日志里没有它所说的第 {cited.seq} 号记录。 Its entry is not in this log."


def _logged(device: str, cited: Citation, kind: str) -> bool:
    found = Record.objects.filter(device=device, seq=cited.seq, leaf_index__isnull=False).first()
    return (
        found is not None
        and bytes(found.entry_hash) == cited.entry
        and kind in ("", str(found.kind))
    )
