"""A county, its officers, a hub and a machine whose keys lie in files, to be lost and stolen.

Calls `county.cli`, `hub.devices.authority`, `tests.support`. Commands are given as the operator's
guide has them; each file is named by its bare name in one folder, where the tests stand.
"""

import io
import shlex
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from county import authority as officers
from county import keys
from county.cli import main
from hub.devices import authority
from sealctl.journal import books
from tests.support import sealed_log
from tests.support.machine import Rig
from tests.support.township import Township
from wire.lists import package
from wire.lists.tufapi import CryptoSigner
from wire.messages import encode_receipts
from wire.record.envelope import entry_hash
from wire.tlog import proof, proof_file, tree
from wire.tlog.proof_file import ProofFile

NEXT = "authority {verb} next.cbor {words} --former package.cbor"


@dataclass
class House:
    """`package.cbor` is in force at hub and machine, `root.json` pinned by both."""

    folder: Path
    rig: Rig

    @classmethod
    def build(cls, folder: Path, now_ms: int) -> "House":
        """In force at now_ms: the commands read the computer's clock."""
        machine = folder / "machine"
        machine.mkdir()
        log = {"log_origin": sealed_log.NAME, "log_key": sealed_log.VKEY}
        house = cls(folder, Rig.build(machine, now_ms=now_ms, policy=log))
        house.rig.picture = b"a picture"
        made = house.rig.township.keys
        for role, signers in (("holder", made.holders), ("officer", made.officers)):
            for number, signer in enumerate(signers, 1):
                house.keep(f"{role}-{number}.pem", signer)
        house.keep("list.pem", made.hub)
        (folder / "root.json").write_bytes(house.rig.township.roots[0])
        (folder / "package.cbor").write_bytes(house.rig.township.package)
        house.hub_takes("package.cbor")
        return house

    @property
    def pin(self) -> bytes:
        """The SHA-256 of the first root, as the county printed it."""
        return sha256((self.folder / "root.json").read_bytes()).digest()

    def keep(self, name: str, signer: CryptoSigner) -> None:
        """A private key's file, and its public half beside it."""
        path = self.folder / name
        path.write_bytes(signer.private_bytes)
        path.chmod(0o600)
        private = load_pem_private_key(signer.private_bytes, None)
        pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        path.with_name(f"{name}.pub").write_bytes(pem)

    def does(self, *lines: str) -> str:
        """What these commands of `sealcounty` print; AssertionError where one is refused."""
        told = ""
        for line in lines:
            status, out, error = _run(line)
            assert status == 0, (line, error)
            told += out
        return told

    def refuses(self, line: str) -> str:
        """What the command says when it refuses."""
        status, _, error = _run(line)
        assert status == 2, line
        return error

    def edits(self, verb: str, words: str = "") -> str:
        """One change of next.cbor by the officers' tool."""
        return self.does(NEXT.format(verb=verb, words=words))

    def signs(self, *numbers: int, file: str = "next.cbor") -> str:
        """These officers sign the draft, each looking at what it changes."""
        words = "authority sign {} --key officer-{}.pem --former package.cbor"
        return self.does(*(words.format(file, number) for number in numbers))

    def hub_takes(self, name: str) -> int:
        """`sealhub list import`; raises Refused."""
        return authority.import_package((self.folder / name).read_bytes(), root_sha256=self.pin)

    def follow(self, name: str = "next.cbor") -> None:
        """Hub and machine take a package, which is then the one in force. Raises Refused."""
        self.hub_takes(name)
        self.rig.township = self.township(name)
        self.rig.publish()
        (self.folder / name).replace(self.folder / "package.cbor")

    def township(self, name: str, signer: str = "list.pem") -> Township:
        """The township as that package has it; the hub signs with the key of that file."""
        data = (self.folder / name).read_bytes()
        opened = package.decode(data)
        town = self.rig.township
        keyed = replace(town.keys, hub=self.signer(signer))
        contents = officers.read_township(opened)
        return replace(town, keys=keyed, roots=opened.roots, authority=contents, package=data)

    def signer(self, name: str) -> CryptoSigner:
        return keys.load(self.folder / name)

    def receipts(self, key: Ed25519PrivateKey) -> bytes:
        """Receipts for all entries, out of a log of nothing else under that key."""
        rows = books.entries(self.rig.core.journal.connection, 0, 1000)
        hashes = [entry_hash(row.envelope) for row in rows]

        def node(level: int, index: int) -> bytes:
            return tree.root_of(hashes[index << level : (index + 1) << level])

        head = sealed_log.signed_head(len(hashes), tree.root_of(hashes), key=key)
        made = []
        for at, row in enumerate(rows):
            path = tuple(proof.inclusion(at, len(hashes), node))
            made.append((row.seq, proof_file.encode(ProofFile(at, path, head))))
        return encode_receipts(made)

    def still_stamps(self) -> None:
        """One stamp from application to relocked."""
        before = len(self.rig.kinds())
        self.rig.stamp(self.rig.grant(id=sha256(str(before).encode()).digest()))
        assert self.rig.kinds()[-1] == "relocked"


def _run(line: str) -> tuple[int, str, str]:
    out, error = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(error):
        status = main(shlex.split(line))
    return status, out.getvalue(), error.getvalue()
