"""`sealcounty witness`: make one, say which logs it follows, run it, print forks.

Calls `county.{witness,files,words}` and `wire.tlog`.
"""

import argparse
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from county import files, words
from county.witness.key import WitnessKey
from county.witness.store import Fork, Store, StoreError
from county.words import Areas
from wire.errors import WireError
from wire.tlog import note
from wire.tlog.note import Verifier


class WitnessError(Exception):
    """A word at the command line cannot be used; the text says which and why."""


ERRORS = (StoreError, WitnessError)


def add(areas: Areas) -> None:
    """The area."""
    parser = areas.add_parser("witness", help="县见证 the county's witness")
    actions = parser.add_subparsers(required=True)
    new = _action(actions, "new", "新建 make a witness", _new)
    new.add_argument(
        "--name", required=True, help="如 county.example/witness，不再更改 never changed"
    )
    follow = _action(actions, "add-log", "见证此日志 follow a log", _add_log)
    follow.add_argument("vkey")
    leave = _action(actions, "remove-log", "不再信任此密钥 trust that key no longer", _remove_log)
    leave.add_argument("vkey")
    end = _action(actions, "end-log", "终结，不再见证 it ended: cosign no more of it", _end_log)
    end.add_argument("vkey")
    words_ = "写出最后的检查点 where its last head is written"
    end.add_argument("--head", type=Path, required=True, metavar="FILE", help=words_)
    _action(actions, "logs", "所见证的日志 the logs it follows", _logs)
    run = _action(actions, "serve", "运行 answer over HTTP", _serve)
    run.add_argument("--listen", type=words.address, required=True, metavar="HOST:PORT")
    forks = _action(actions, "forks", "分叉证据 evidence of forks; status 1 if any", _forks)
    forks.add_argument("--export", type=Path, metavar="DIR", help="写出两个检查点 write the notes")


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_text: str,
    run: Callable[[argparse.Namespace], int | None],
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help_text)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR")
    parser.set_defaults(run=run)
    return parser


def _new(options: argparse.Namespace) -> None:
    options.state.mkdir(parents=True, exist_ok=True)
    key = WitnessKey.create(options.state, options.name)
    Store.create(options.state).close()
    print(f"见证公钥 witness key: {key.vkey}")


def _add_log(options: argparse.Namespace) -> None:
    verifier = _log_key(options.vkey)
    with closing(Store.open(options.state)) as store:
        store.add_log(verifier)
    print(f"见证日志 follows: {verifier.name}")


def _remove_log(options: argparse.Namespace) -> None:
    with closing(Store.open(options.state)) as store:
        removed = store.remove_log(options.vkey)
    if not removed:
        raise WitnessError(f"{options.vkey}: 没有这个密钥。 No such key here.")
    print(f"不再信任 no longer trusted: {options.vkey}")


def _end_log(options: argparse.Namespace) -> None:
    verifier = _log_key(options.vkey)
    with closing(Store.open(options.state)) as store:
        if store.head(verifier.name) is None:
            raise WitnessError(f"{verifier.name}: 从未见证过。 Nothing of it was ever cosigned.")
        head = store.end_log(verifier.name)
    if head is not None:
        files.replace(options.head, head.note)
        print(
            f"已终结，最后 {head.size} 条，根 {head.root.hex()}。 Ended at {head.size} leaves, "
            f"root {head.root.hex()}: {options.head}"
        )


def _logs(options: argparse.Namespace) -> None:
    key = WitnessKey.load(options.state)
    print(f"见证公钥 witness key: {key.vkey}")
    with closing(Store.open(options.state)) as store:
        logs = [(log, store.ended(note.verifier(log.vkey).name)) for log in store.logs()]
    for log, ended in logs:
        told = "尚未见证 nothing cosigned yet"
        if log.size is not None and log.timestamp_s is not None:
            told = f"{log.size} 条 leaves, {_when(log.timestamp_s)}"
        print(f"{log.vkey}\n  {told}{'，已终结 ended' if ended else ''}")


def _serve(options: argparse.Namespace) -> None:
    from county.witness.server import serve

    serve(options.listen, options.state)


def _forks(options: argparse.Namespace) -> int:
    with closing(Store.open(options.state)) as store:
        found = store.forks()
    for fork in found:
        print(f"{fork.number}. {fork.origin}: {fork.size} 条 leaves, {_when(fork.seen_s)}")
        print(f"\n{fork.held.decode()}\n{fork.offered.decode()}")
        if options.export is not None:
            _export(options.export, fork)
    if not found:
        print("没有分叉。 No forks.")
    return 1 if found else 0


def _export(folder: Path, fork: Fork) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{fork.number}-held").write_bytes(fork.held)
    (folder / f"{fork.number}-offered").write_bytes(fork.offered)


def _log_key(vkey: str) -> Verifier:
    try:
        found = note.verifier(vkey)
    except WireError as error:
        raise WitnessError(f"{vkey}: 不是日志公钥。 Not a log's verifier key.") from error
    if found.alg != note.ED25519:
        raise WitnessError(f"{vkey}: 这是见证公钥，不是日志公钥。 A witness's key, not a log's.")
    return found


def _when(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
