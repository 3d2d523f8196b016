"""`sealinspect show`, its arguments and what it prints. Calls `inspector` and `wire.tlog`."""

import argparse
from pathlib import Path

from inspector.answer import Answer, Commands
from inspector.bundle import Bundle
from inspector.findings import UnusableError
from inspector.head import open_head
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.show import around, lines
from inspector.show.checks import Checking
from inspector.show.find import find
from inspector.store import keep
from wire.tlog import proof_file
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.proof_file import ProofFile


def add(commands: Commands) -> argparse.ArgumentParser:
    """The command with its own arguments."""
    parser = commands.add_parser("show", help="一条记录的全部 everything about one entry")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("entry", help="机器/记录号、叶号或指纹 DEVICE/SEQ, leaf number or hash")
    parser.add_argument("--cose", type=Path, help="另存签名原文 save the COSE bytes")
    parser.add_argument("--proof", type=Path, help="另存证明文件 save the proof file")
    parser.set_defaults(tell=run)
    return parser


def run(options: argparse.Namespace, policy: Policy, _earlier: Checkpoint | None) -> Answer:
    """Whether every check holds, the entry as fields, and as text; raises UnusableError."""
    bundle = Bundle.open(options.bundle)
    checkpoint = bundle.read("checkpoint", "checkpoint")
    head = open_head(checkpoint, policy, "checkpoint").checkpoint
    nodes = Nodes(bundle, head)
    leaf = find(options.entry, bundle, nodes, head.size)
    beside = around.look(leaf, bundle, head.size)
    if bundle.scope.ranged and beside.listed is None:
        raise UnusableError(
            f"{leaf.where}: 记录包只有一段日志，没有它所依据的清单；请用整本的记录包。 "
            "The bundle is a range without the entry's list: use a whole one."
        )
    checked = Checking(leaf, beside, bundle, nodes).run(policy)
    if options.cose is not None:
        keep(options.cose, leaf.data)
    if options.proof is not None:
        keep(options.proof, proof_file.encode(ProofFile(leaf.index, checked.proof, checkpoint)))
    told = lines.sections(leaf, beside, checked, head.size)
    fields = {one.name: dict(one.lines) for one in told}
    text = "\n\n".join(
        "\n".join([f"【{one.title}】", *(f"  {name}：{value}" for name, value in one.lines)])
        for one in told
    )
    text += f"\n\n{_verdict(good=checked.good)}"
    return Answer(checked.good, {"leaf": leaf.index, **fields}, text)


def _verdict(*, good: bool) -> str:
    if not good:
        return "这条记录不成立（见上面的 ✘）。 This entry does not hold."
    return (
        "这条记录本身成立；前后是否完整，请用 sealinspect verify 核验整个记录包。\n"
        "This entry holds by itself; whether nothing is missing around it, only verify can say."
    )
