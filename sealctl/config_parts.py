"""The parts of a machine's body, the drivers that each can have, and the drivers' settings: data.

Calls only `sealctl.config_values`. `hardware.choose` makes the drivers out of it; their docstrings
say what each setting means. Beside them, the kinds of record keys, which `sealctl.keys` opens.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.config_values import Setting, choice, decimal, line, text, whole, words

Settings = Mapping[str, Setting]

WIRES: Final = ("coil", "latch", "press", "case")
BAUDS: Final = (9600, 19200, 38400, 57600, 115200)

_SWITCHES: Final = WIRES[1:]
_BARE: Final[Settings] = {
    "slot": whole(1, 64),
    "tag": text(),
    "max_on_ms": whole(100, 60_000),
}
_GPIO: Final[Settings] = {
    **_BARE,
    "active_low": words(*WIRES, default=_SWITCHES),
    "bias": choice("none", "pull_up", "pull_down", default="pull_up"),
    "debounce_ms": whole(1, 1000, 10),
}
_LINE: Final[Settings] = {"port": text(), "baud": choice(*BAUDS, default=9600)}
_PICTURE: Final[Settings] = {
    "width": whole(640, 10_000, 2592),
    "height": whole(480, 10_000, 1944),
    "rotation": choice(0, 90, 180, 270, default=0),
    "exposure_us": whole(100, 200_000, None),
}

PARTS: Final[Mapping[str, Mapping[str, Settings]]] = {
    "press": {
        "sim": {},
        "serial": {"port": text()},
        "gpiod": {**_GPIO, "chip": text(), **{wire: line() for wire in WIRES}},
        "rpi-gpio": {**_GPIO, **{wire: whole(0, 27) for wire in WIRES}},
        "modbus": {
            **_BARE,
            "port": text(),
            "baud": choice(*BAUDS),
            "unit": whole(1, 247),
            **{wire: whole(0, 65_535) for wire in WIRES},
            "active_low": words(*_SWITCHES, default=()),
            "debounce_ms": whole(1, 1000, 30),
        },
    },
    "camera": {
        "sim": {},
        "picamera2": {**_PICTURE, "lens_dioptres": decimal(0, 20, None)},
        "v4l2": {**_PICTURE, "device": text(), "focus": whole(0, 10_000, None)},
    },
    "cards": {"none": {}, "sim": {}, "rdm6300": {"port": text()}, "line": _LINE},
    "scanner": {"none": {}, "sim": {}, "line": _LINE},
    "fingerprint": {
        "none": {},
        "sim": {},
        "r30x": {
            "port": text(),
            "baud": choice(*BAUDS, default=57_600),
            "address": whole(0, 0xFFFF_FFFF, 0xFFFF_FFFF),
            "sensor_password": whole(0, 0xFFFF_FFFF, 0),
        },
    },
}
"""Part → driver → setting."""

EXTRAS: Final = ("cards", "scanner", "fingerprint")
"""Parts that a machine may lack: without a section their driver is none."""

RECORD_KEYS: Final[Mapping[str, Settings]] = {
    "file": {"suite": choice("EdDSA", "SM2", default="EdDSA")},
    "pkcs11": {
        "module": text(),
        "token": text(),
        "label": text(),
        "pin_file": text("keys/token.pin"),
    },
}
"""`record` of [keys] → its other settings. `module`: the PKCS#11 library; `token` and `label`: the
labels of token and key; `pin_file`: where the PIN stands, which is never in machine.toml.
"""
