"""`sealinspect accepted`: whether an acceptance sheet holds against a bundle. Calls `inspector` and
`wire`.

The key is the one that the county's chain names for the machine; the hub is believed in nothing.
"""

import argparse
import hashlib
from pathlib import Path

from inspector.answer import Answer, Commands
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError, UnusableError
from inspector.head import open_head
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.nodes import Nodes, present
from inspector.policy import Policy
from inspector.show import around
from inspector.show.checks import Checking
from wire import acceptance
from wire.acceptance import Acceptance
from wire.acceptance_words import sentence
from wire.errors import WireError
from wire.record.envelope import entry_hash
from wire.sig import PublicKey
from wire.tlog.checkpoint import Checkpoint


def add(commands: Commands) -> argparse.ArgumentParser:
    """The command with its own arguments."""
    parser = commands.add_parser("accepted", help="核对现场验收单 hold an acceptance sheet")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("sheet", type=Path, help="机器签名的文件 the file that the machine signed")
    parser.set_defaults(tell=run)
    return parser


def run(options: argparse.Namespace, policy: Policy, _earlier: Checkpoint | None) -> Answer:
    """Whether it holds and lacks nothing; raises UnusableError, NotVerifiedError."""
    data = options.sheet.read_bytes()
    try:
        made = acceptance.read(data)
    except WireError as error:
        text = f"{options.sheet}: 不是验收单。 Not an acceptance sheet: {error}"
        raise UnusableError(text) from error
    bundle = Bundle.open(options.bundle)
    head = open_head(bundle.read("checkpoint", "checkpoint"), policy, "checkpoint").checkpoint
    nodes = Nodes(bundle, head)
    cited = _cited(made, bundle, nodes, head.size)
    _hold(data, _key(cited[-1], bundle, nodes, head.size, policy))
    lacking = acceptance.missing(made)
    digest = hashlib.sha256(data).hexdigest()
    text = (
        f"{made.device} {made.village_name}: 由清单上的记录密钥签出，"
        f"所依据的 {len(cited)} 条记录都在日志里。\n"
        f"Signed by the listed record key; the {len(cited)} entries that it cites are in the log.\n"
        f"SHA-256: {digest}"
    )
    lines = [text, *(f"✗ {sentence(code, about)}" for code, about in lacking)]
    fields = {"device": made.device, "sha256": digest, "missing": [list(one) for one in lacking]}
    return Answer(not lacking, fields, "\n".join(lines))


def _cited(made: Acceptance, bundle: Bundle, nodes: Nodes, size: int) -> list[Leaf]:
    """The leaves of all entries that it cites, in its order, each proved to be in the log."""
    wanted = {cited.entry: kind for cited, kind in acceptance.citations(made)}
    found: dict[bytes, Leaf] = {}
    for index, data in present(bundle, size):
        if data.startswith(ENVELOPE) and (name := entry_hash(data)) in wanted:
            found[name] = read(index, data)
            nodes.proof(index)
    for cited, kind in acceptance.citations(made):
        leaf = found.get(cited.entry)
        where = f"{made.device} #{cited.seq}"
        if leaf is None:
            raise NotVerifiedError("chain", where, "cited by the sheet, and not in this log")
        named = (leaf.entry.device, leaf.entry.seq, kind or leaf.entry.kind)
        if named != (made.device, cited.seq, leaf.entry.kind):
            raise NotVerifiedError("chain", where, f"{leaf.where} is cited as something else")
    return [found[cited.entry] for cited, _ in acceptance.citations(made)]


def _key(newest: Leaf, bundle: Bundle, nodes: Nodes, size: int, policy: Policy) -> PublicKey:
    """The record key that the officers had named by then; raises NotVerifiedError."""
    checked = Checking(newest, around.look(newest, bundle, size), bundle, nodes).run(policy)
    failed = next((one for one in checked.checks if one.failed), None)
    if failed is not None or checked.lists is None:
        raise NotVerifiedError("entry", newest.where, "" if failed is None else failed.failed)
    return checked.lists.machine.key


def _hold(data: bytes, key: PublicKey) -> None:
    try:
        acceptance.verify(data, (key,))
    except WireError as error:
        raise NotVerifiedError("entry", "acceptance", str(error)) from error
