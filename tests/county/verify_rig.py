"""The county's verification page and a township's public site beside it, for tests.

Calls `county.pages_server` and `wire`. The township is as bad as a test wants it: `files` are what
its public site serves, byte for byte, and every part of a proof can be bent before it is encoded.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from county.pages_server import create_app
from tests.county.pages_rig import free_socket, running
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import NOW, RP_ID
from tests.support.sealed_log import KEY, NAME, VKEY
from tests.support.township import Township
from wire import stamp_proof
from wire.stamp_code import StampCode, link
from wire.stamp_proof import LoggedEntry, StampParts
from wire.tlog import checkpoint, cosignature, note, proof, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature
from wire.tlog.proof_file import ProofFile

NUMBER = 7
WITNESS = "county.example/witness"
SEEN_S = NOW // 1000 + 3600


def key_of(words: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(words.encode()).digest())


WITNESS_KEY = key_of("the test county's witness")


@dataclass
class Log:
    """A township's log of a journal; `sign` makes its head, with cosignatures of these keys."""

    journal: Journal = field(default_factory=Journal)
    witnesses: tuple[Ed25519PrivateKey, ...] = (WITNESS_KEY,)
    key: Ed25519PrivateKey = KEY
    name: str = NAME

    @property
    def leaves(self) -> list[bytes]:
        return [b"the list", *(one.envelope for one in self.journal.written)]

    def sign(self) -> bytes:
        root = tree.root_of([tree.leaf_hash(leaf) for leaf in self.leaves])
        text = checkpoint.encode(Checkpoint(self.name, len(self.leaves), root))
        public, name = self.key.public_key().public_bytes_raw(), self.name
        lines = [Signature(name, note.key_id(name, note.ED25519, public), self.key.sign(text))]
        lines += [cosigned(text, one) for one in self.witnesses]
        return note.assemble(text, lines)

    def place(self, one: Written) -> LoggedEntry:
        index = self.leaves.index(one.envelope)
        return LoggedEntry(one.envelope, index, self.path(index))

    def path(self, index: int) -> tuple[bytes, ...]:
        hashes = [tree.leaf_hash(leaf) for leaf in self.leaves]

        def node(level: int, at: int) -> bytes:
            return tree.root_of(hashes[at << level : (at + 1) << level])

        return tuple(proof.inclusion(index, len(hashes), node))

    def parts(self, stamped: Written) -> tuple[ProofFile, StampParts]:
        """What an honest township would publish for that stamp."""
        main = self.place(stamped)
        written = self.journal.written
        void = [
            one
            for one in written
            if one.entry.kind == "correction" and one.entry.body["entry"] == stamped.hash
        ]
        opening = self.place(written[stamped.entry.body["authorised"] - 1])
        head = ProofFile(main.index, main.hashes, self.sign())
        return head, StampParts(main.entry, opening, self.place(void[0]) if void else None)

    def file(self, stamped: Written) -> bytes:
        return stamp_proof.encode(*self.parts(stamped))


def cosigned(text: bytes, key: Ed25519PrivateKey, at_s: int = SEEN_S) -> Signature:
    """That witness's line under a checkpoint."""
    public = key.public_key().public_bytes_raw()
    line = at_s.to_bytes(8, "big") + key.sign(cosignature.message(at_s, text))
    return Signature(WITNESS, note.key_id(WITNESS, note.COSIGNATURE, public), line)


@dataclass
class Rig:
    """`files` by path below the public site; `asked` are the paths that were asked for."""

    county: str
    public: str
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    folder: Path = Path()

    def publish(self, stamped: Written, data: bytes) -> None:
        """Serve that file wherever the stamp is asked for."""
        digits = StampCode.of(NUMBER, stamped.hash).digits
        self.files |= {
            f"s/{stamped.hash.hex()}/proof.txt": data,
            f"c/{digits}/proof.txt": data,
        }

    def scan(self, page: Page, stamped: Written, township: int = NUMBER) -> None:
        """Open the link of the QR code and wait for the answer."""
        self.open(page, link(self.county, township, stamped.hash))

    def open(self, page: Page, address: str) -> None:
        page.goto(address)
        answered(page)


def answered(page: Page) -> None:
    """Wait until the page has made up its mind."""
    page.locator("#answer[aria-busy=false] .verdict").wait_for()


def upload(page: Page, data: bytes, name: str = "stamp.txt") -> None:
    """Choose that file on the page and wait for the answer."""
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": data})
    answered(page)


@contextmanager
def rig(folder: Path, journal: Journal, *, witnesses: Sequence[str] | None = None) -> Iterator[Rig]:
    """Both servers; the county's list knows the journal's key, the log and one witness."""
    vkeys = [witness_vkey()] if witnesses is None else list(witnesses)
    with free_socket() as county_socket, free_socket() as public_socket:
        county = f"http://county.localhost:{county_socket.getsockname()[1]}"
        public = f"http://public.localhost:{public_socket.getsockname()[1]}"
        made = Rig(county, public, folder=folder)
        (folder / "package.cbor").write_bytes(Township.build(journal.key).package)
        config = folder / "pages.json"
        fields = {"rp_id": RP_ID, "hubs": ["http://hub.localhost"], "offices": {}}
        config.write_text(
            json.dumps({**fields, "townships": [township(public, vkeys)]}, ensure_ascii=False)
        )
        with running(create_app(config), county_socket), running(_site(made), public_socket):
            yield made


def township(public: str, witnesses: Sequence[str]) -> dict[str, object]:
    """One township of the county's list."""
    return {
        "number": NUMBER,
        "name": "清溪镇",
        "public": public,
        "log": VKEY,
        "witnesses": list(witnesses),
        "quorum": len(witnesses),
        "packages": ["package.cbor"],
        "phone": "0577-5550100",
        "address": "清溪镇人民政府一楼便民服务中心",
    }


def witness_vkey() -> str:
    return note.vkey(WITNESS, WITNESS_KEY.public_key().public_bytes_raw(), note.COSIGNATURE)


def base64(data: bytes) -> str:
    return b64encode(data).decode()


def _site(rig: Rig) -> Starlette:
    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        rig.asked.append(path)
        data = rig.files.get(path)
        headers = {"Access-Control-Allow-Origin": "*"}
        if data is None:
            return Response(status_code=404, headers=headers)
        status = 409 if data == b"two" else 200
        return Response(data, status_code=status, media_type="text/plain", headers=headers)

    return Starlette(routes=[Route("/{path:path}", file)])
