"""A report as a browser seals it for the county, and the figures of RFC 9180. Calls `wire`."""

import json
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from wire import county_report

_ENC: Final = (
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
)
RFC: Final = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "pkEm": _ENC,
    "skEm": "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb",
    "pkRm": (
        "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82"
        "6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0"
    ),
    "skRm": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "sealed": (
        f"{_ENC}5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f"
        "9076ac232e3ab2523f39513434"
    ),
}
"""A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, the first message."""


def seal(to: EllipticCurvePublicKey, fields: Mapping[str, str]) -> bytes:
    """As county.js does."""
    plain = json.dumps(dict(fields), ensure_ascii=False).encode().ljust(county_report.PLAIN, b" ")
    return county_report.SUITE.encrypt(plain, to, county_report.INFO)
