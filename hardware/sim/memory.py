"""What the simulated body keeps without power: counters, seals, fingers, the sheet on the tray.

Calls only hardware.ports.

`body.json` is replaced atomically (temp, fsync, rename, fsync of the folder). A file that cannot be
read is an error, never a fresh start: a counter that went back to zero would hide what happened.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hardware.ports import HardwareError

VERSION = 1


@dataclass
class SealInSlot:
    """One seal: its slot, the text of its RFID tag, the name it prints, and whether it is in the
    slot.
    """

    slot: int
    rfid: str
    name: str
    present: bool = True


@dataclass(frozen=True)
class Impression:
    """One print on a sheet: centre in millimetres from the top left corner, turn in degrees, and
    its ink's seed.
    """

    name: str
    x_mm: float
    y_mm: float
    degrees: float
    seed: int


@dataclass
class Memory:
    """All that outlives a power cut. `page` is the PNG of the sheet on the tray as it was laid,
    None for no sheet; `fingers` are those that the sensor knows, by slot.
    """

    seals: list[SealInSlot]
    unlatches: int = 0
    presses: int = 0
    slot: int | None = None
    impressions: list[Impression] = field(default_factory=list)
    page: bytes | None = None
    fingers: dict[int, str] = field(default_factory=dict)
    folder: Path | None = None

    def save(self) -> None:
        """Make it durable; without a folder it lives as long as this object."""
        if self.folder is None:
            return
        page_hash = self._save_page(self.folder)
        body = {
            "v": VERSION,
            "unlatches": self.unlatches,
            "presses": self.presses,
            "slot": self.slot,
            "seals": [asdict(seal) for seal in self.seals],
            "impressions": [asdict(impression) for impression in self.impressions],
            "page": page_hash,
            "fingers": {str(slot): name for slot, name in self.fingers.items()},
        }
        text = json.dumps(body, ensure_ascii=False, indent=1)
        _replace(self.folder / "body.json", text.encode())

    def _save_page(self, folder: Path) -> str | None:
        if self.page is None:
            return None
        digest = hashlib.sha256(self.page).hexdigest()
        path = folder / "body-page.png"
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            _replace(path, self.page)
        return digest


def load(folder: Path, seals: Sequence[SealInSlot]) -> Memory:
    """What body.json holds, or a new body with these seals. HardwareError when the file is
    damaged.
    """
    path = folder / "body.json"
    if not path.exists():
        memory = Memory([SealInSlot(**asdict(seal)) for seal in seals], folder=folder)
        memory.save()
        return memory
    try:
        return _parse(json.loads(path.read_bytes()), folder)
    except (ValueError, TypeError, KeyError) as error:
        raise HardwareError("hardware_fault", f"{path} is damaged: {error}") from error


def _parse(body: dict[str, object], folder: Path) -> Memory:
    fields = {name: body[name] for name in ("unlatches", "presses", "slot", "seals", "impressions")}
    unlatches, presses, slot = fields["unlatches"], fields["presses"], fields["slot"]
    seals, impressions = fields["seals"], fields["impressions"]
    if body["v"] != VERSION or not isinstance(unlatches, int) or not isinstance(presses, int):
        raise ValueError("version or counters")
    if not isinstance(seals, list) or not isinstance(impressions, list):
        raise TypeError("seals or impressions")
    if slot is not None and not isinstance(slot, int):
        raise TypeError("slot")
    memory = Memory([SealInSlot(**seal) for seal in seals], unlatches, presses, slot, folder=folder)
    memory.fingers = _fingers(body.get("fingers", {}))
    page = _load_page(folder, body["page"])
    if page is not None:
        memory.page, memory.impressions = page, [Impression(**item) for item in impressions]
    return memory


def _fingers(value: object) -> dict[int, str]:
    if not isinstance(value, dict):
        raise TypeError("fingers")
    return {int(slot): str(name) for slot, name in value.items()}


def _load_page(folder: Path, digest: object) -> bytes | None:
    path = folder / "body-page.png"
    if digest is None or not path.exists():
        return None
    page = path.read_bytes()
    return page if hashlib.sha256(page).hexdigest() == digest else None


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
