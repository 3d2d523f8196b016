"""Which keys signed a journal: former ones in their order, vouched for by the one in use.

Calls only `sealctl.signer` and `wire`. The vouching is one signed note, so that who can write to
the disk and has no key cannot add a key of his own.
"""

import sqlite3
from typing import Final

from sealctl.signer import Signer
from wire import cbor
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey

NOTE: Final = "former keys"
_DOMAIN: Final = "sealctl/former-keys/1"


def keys(connection: sqlite3.Connection, key: PublicKey) -> tuple[PublicKey, ...]:
    """The former keys, the first one first, and `key`, which is in use.

    Raises WireError('chain') for a note that this key did not sign.
    """
    row = connection.execute("SELECT value FROM note WHERE name = ?", (NOTE,)).fetchone()
    if row is None:
        return (key,)
    try:
        domain, former = cbor.decode(envelope.verify(bytes(row[0]), key))
        found = tuple(PublicKey(alg, public) for alg, public in former)
    except (WireError, ValueError, TypeError) as error:
        raise WireError("chain", f"former keys: {error}") from error
    if domain != _DOMAIN:
        raise WireError("chain", "former keys: another kind of note")
    return (*found, key)


def vouch(connection: sqlite3.Connection, key: PublicKey, successor: Signer) -> None:
    """Note that `key` and those before it signed what the successor goes on from; raises
    SignerError where it cannot sign, so that nothing is handed over to it.
    """
    former = [[one.alg, one.public] for one in keys(connection, key)]
    signed = successor.sign(cbor.encode([_DOMAIN, former]))
    connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (NOTE, signed))


def opener(known: tuple[PublicKey, ...], data: bytes, least: int) -> int:
    """Which of the keys an envelope names, from number `least` on; raises WireError('chain')."""
    kid = envelope.parse(data).kid
    for number, key in enumerate(known):
        if key.kid == kid and number >= least:
            return number
    raise WireError("chain", "signed by no key of this machine, or by a former one again")
