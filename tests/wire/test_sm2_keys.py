"""SM2 keys on a roster: points of the curve, each one person's, valid for a time."""

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.support.contents import NOW
from tests.support.sm2_people import Holder
from tests.support.township import Township
from wire.errors import WireError
from wire.lists import content
from wire.lists.content import Roster, Sm2Key
from wire.sig.sm2_curve import B, P, on_curve

TOWN = Township.build()
YI = Holder()
POINT = YI.signer.public_key.public


def roster(*keys: Sm2Key, jia: tuple[Sm2Key, ...] = ()) -> Roster:
    """On which the director has these keys."""
    persons = dict(TOWN.roster.persons)
    persons["yi"] = replace(persons["yi"], sm2_keys=keys)
    persons["jia"] = replace(persons["jia"], sm2_keys=jia)
    return replace(TOWN.roster, persons=persons)


@pytest.mark.parametrize(
    "point",
    [
        bytes(65),
        b"\x04" + bytes(64),
        b"\x06" + POINT[1:],
        b"\x02" + POINT[1:],
        POINT[:-1] + bytes([POINT[-1] ^ 1]),
        b"\x04" + P.to_bytes(32) + POINT[33:],
        b"\x04" + b"\xff" * 64,
        POINT[:33],
        POINT + b"\0",
    ],
    ids=["zeros", "0, 0", "hybrid", "compressed", "beside", "x of p", "ones", "short", "long"],
)
def test_a_point_that_is_none_stands_on_no_roster(point: bytes) -> None:
    assert not on_curve(point)
    with pytest.raises(WireError):
        content.encode(roster(replace(YI.listed(), public_key=point)))


def test_a_point_has_one_form() -> None:
    """Nobody gets a second key by adding p to a small x, whose point is the same."""
    roots = {x: pow(x**3 - 3 * x + B, (P + 1) // 4, P) for x in range(16)}
    small = {x: y for x, y in roots.items() if (y * y - x**3 + 3 * x - B) % P == 0}
    assert small
    for x, y in small.items():
        assert on_curve(b"\x04" + x.to_bytes(32) + y.to_bytes(32))
        assert not on_curve(b"\x04" + (x + P).to_bytes(32) + y.to_bytes(32))


def test_openssls_keys_are_points() -> None:
    assert all(on_curve(Holder().signer.public_key.public) for _ in range(8))


def test_a_key_or_its_mirror_image_makes_no_second_person() -> None:
    y = int.from_bytes(POINT[33:])
    mirrored = POINT[:33] + (P - y).to_bytes(32)
    assert on_curve(mirrored)
    for point in (POINT, mirrored):
        twin = replace(YI.listed(), public_key=point)
        with pytest.raises(WireError, match="twice"):
            content.encode(roster(YI.listed(), jia=(twin,)))


def test_a_passkey_does_not_bear_an_sm2_keys_name() -> None:
    """Who revokes the one would revoke the other."""
    made = roster(YI.listed())
    (passkey,) = made.persons["jia"].passkeys
    same = replace(made.persons["jia"], passkeys=(replace(passkey, credential=YI.kid),))
    with pytest.raises(WireError, match="twice"):
        content.encode(replace(made, persons={**made.persons, "jia": same}))


def test_a_keys_validity_ends_after_it_starts() -> None:
    with pytest.raises(WireError, match="validity"):
        content.encode(roster(YI.listed(NOW, NOW)))


def test_the_certificate_that_named_it_is_kept() -> None:
    named = replace(YI.listed(), certificate=sha256(b"a certificate").digest())
    kept = roster(named)
    assert content.decode(Roster, content.encode(kept)) == kept
    with pytest.raises(WireError):
        content.encode(roster(replace(named, certificate=b"short")))
