"""The root ceremony: k of n holders, one after another, and the rotation that follows it."""

from dataclasses import replace

import pytest

from county.ceremony import (
    CeremonyError,
    Keyholders,
    Quorum,
    missing_signatures,
    new_root,
    next_root,
    sign_root,
)
from tests.support.contents import DAY, NOW, YEAR
from tests.support.township import Keys
from wire.lists import metadata

KEYS = Keys.generate()
EXPIRES = NOW + 5 * YEAR


def draft(keys: Keys = KEYS) -> bytes:
    return new_root(keys.keyholders(), expires_ms=EXPIRES)


def signed(keys: Keys = KEYS) -> bytes:
    return sign_root(sign_root(draft(keys), keys.holders[0]), keys.holders[1])


def test_it_is_complete_when_enough_holders_have_signed() -> None:
    root = draft()
    assert missing_signatures(root) == 2
    root = sign_root(root, KEYS.holders[2])
    assert missing_signatures(root) == 1
    root = sign_root(root, KEYS.holders[0])
    assert missing_signatures(root) == 0
    opened = metadata.read_root(root)
    assert opened.signed.version == 1
    assert metadata.expires_ms(opened) == EXPIRES


def test_signing_twice_counts_once() -> None:
    once = sign_root(draft(), KEYS.holders[0])
    assert sign_root(once, KEYS.holders[0]) == once
    assert missing_signatures(once) == 1


def test_a_signature_by_anyone_else_is_told_at_once() -> None:
    with pytest.raises(CeremonyError, match="根密钥"):
        missing_signatures(sign_root(draft(), KEYS.officers[0]))


def test_the_next_root_needs_former_and_new_holders() -> None:
    former, after = signed(), Keys.generate()
    root = next_root(former, after.keyholders(), expires_ms=EXPIRES + DAY)
    assert metadata.read_root(root).signed.version == 2
    root = sign_root(sign_root(root, after.holders[0]), after.holders[1])
    assert missing_signatures(root, former) == 2
    root = sign_root(sign_root(root, KEYS.holders[0]), KEYS.holders[1])
    assert missing_signatures(root, former) == 0


def test_a_root_that_does_not_follow_is_refused() -> None:
    with pytest.raises(CeremonyError):
        missing_signatures(signed(), signed())


@pytest.mark.parametrize("threshold", [0, 4])
def test_a_threshold_that_cannot_be_is_refused(threshold: int) -> None:
    holders = KEYS.keyholders()
    bad = replace(holders, root=replace(holders.root, threshold=threshold))
    with pytest.raises(CeremonyError, match="门槛"):
        new_root(bad, expires_ms=EXPIRES)


def test_one_holder_counted_twice_is_refused() -> None:
    key = KEYS.holders[0].public_key
    online = Quorum((KEYS.hub.public_key,), 1)
    bad = Keyholders(Quorum((key, key), 2), online, online, online)
    with pytest.raises(CeremonyError, match="twice"):
        new_root(bad, expires_ms=EXPIRES)


@pytest.mark.parametrize("data", [b"", b"{}", b"garbage", signed()[:-1]])
def test_what_is_no_root_is_refused(data: bytes) -> None:
    with pytest.raises(CeremonyError):
        sign_root(data, KEYS.holders[0])
