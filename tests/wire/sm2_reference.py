"""SM2 with SM3 by the textbook (GB/T 32918.2-2016), over whole numbers: slow, plain, another hand.

Calls only `cryptography`'s SM3. For tests: it is held against the standard's example and OpenSSL's
vectors, and our binding against it.
"""

from cryptography.hazmat.primitives import hashes

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int] | None


def sm3(*parts: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number: int, point: Point) -> Point:
    found: Point = None
    for bit in bin(number)[2:]:
        found = add(found, found)
        if bit == "1":
            found = add(found, point)
    return found


def e_of(point: tuple[int, int], message: bytes, identity: bytes) -> int:
    """The hash of Z (identity, curve and key) and the message."""
    length = (8 * len(identity)).to_bytes(2)
    curve = b"".join(number.to_bytes(32) for number in (A, B, *G, *point))
    return int.from_bytes(sm3(sm3(length, identity, curve), message))


def sign(private: int, e: int, k: int) -> tuple[int, int]:
    """With the nonce k."""
    point = times(k, G)
    assert point is not None
    r = (e + point[0]) % N
    return r, pow(1 + private, -1, N) * (k - r * private) % N


def verify(point: tuple[int, int], e: int, r: int, s: int) -> bool:
    t = (r + s) % N
    if not (1 <= r < N and 1 <= s < N and t):
        return False
    found = add(times(s, G), times(t, point))
    return found is not None and (e + found[0]) % N == r
