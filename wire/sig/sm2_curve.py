"""The curve of SM2 (GB/T 32918.5-2016), as far as telling whether a point is on it. Calls nothing.

Its order is prime, so that a point of it other than the point at infinity, which has no 65 bytes,
generates all of it: there is none of small order.
"""

from typing import Final

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_UNCOMPRESSED: Final = 4


def on_curve(public: bytes) -> bool:
    """Whether 65 bytes are the uncompressed form of a point: y² = x³ − 3x + b, both below p."""
    if len(public) != 65 or public[0] != _UNCOMPRESSED:
        return False
    x, y = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    return x < P and y < P and (y * y - (x * x - 3) * x - B) % P == 0
