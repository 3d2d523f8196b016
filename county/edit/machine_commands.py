"""`sealcounty authority machine …`. Calls `county.edit.{desk,machines,plain}`."""

import argparse
from pathlib import Path

from county.authority import AuthorityError, Township
from county.edit import desk, machines, plain
from county.edit.desk import Clock
from wire.lists.content import Machine
from wire.sig import ALGORITHMS, PublicKey


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    parser = actions.add_parser("machine", help="机器与印章 machines and seals")
    verbs = parser.add_subparsers(required=True)
    new = desk.command(verbs, "add", "新机器 a new machine", _add, clock)
    new.add_argument("device", metavar="ID")
    new.add_argument("--village", required=True, metavar="ID")
    new.add_argument("--village-name", help="村名，如 晨光村 if it is the village's first machine")
    _takes_key(new)
    new.add_argument("--seals", type=Path, metavar="TOML")
    new.add_argument("--replaces", metavar="ID", help="接替哪台已停用的机器 whose place it takes")
    seals = desk.command(verbs, "seals", "增加或更换印章 further or new seals", _seals, clock)
    seals.add_argument("device", metavar="ID")
    seals.add_argument("seals", type=Path, metavar="TOML")
    for name, words in (("suspend", "停用 stop it"), ("resume", "恢复 let it work again")):
        state = desk.command(verbs, name, words, _state, clock)
        state.add_argument("device", metavar="ID")
        state.add_argument("--seal", metavar="ID", help="只这一枚 only this seal")
        state.set_defaults(state={"suspend": "suspended", "resume": "active"}[name])
    key = desk.command(verbs, "key", "改正抄错的密钥 a key copied wrongly", _key, clock)
    key.add_argument("device", metavar="ID")
    _takes_key(key)
    other = desk.command(verbs, "replace", "换一台机器 another machine for it", _replace, clock)
    other.add_argument("device", metavar="ID")
    other.add_argument("--by", required=True, metavar="ID")
    _takes_key(other)
    before = desk.command(verbs, "predecessor", "补记接替哪台 whose place it took", _before, clock)
    before.add_argument("device", metavar="ID")
    before.add_argument("--replaces", required=True, metavar="ID")
    gone = desk.command(verbs, "retire", "退役 off the list", _retire, clock)
    gone.add_argument("device", metavar="ID")


def _takes_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--alg", required=True, choices=sorted(ALGORITHMS))
    parser.add_argument("--public-key", required=True, type=bytes.fromhex, metavar="HEX")


def _add(options: argparse.Namespace, township: Township) -> Township:
    name = options.village_name or machines.village_name(township, options.village)
    if name is None:
        raise AuthorityError("请用 --village-name 写村名。 Name the village: --village-name.")
    seals = () if options.seals is None else plain.seals_of(options.seals.read_text("utf-8"))
    machine = Machine(
        options.device,
        options.village,
        name,
        options.alg,
        options.public_key,
        "active",
        seals,
        replaces=options.replaces,
    )
    return machines.add(township, machine)


def _seals(options: argparse.Namespace, township: Township) -> Township:
    seals = plain.seals_of(options.seals.read_text("utf-8"))
    return machines.add_seals(township, options.device, seals)


def _state(options: argparse.Namespace, township: Township) -> Township:
    return machines.set_state(township, options.device, options.state, options.seal)


def _key(options: argparse.Namespace, township: Township) -> Township:
    return machines.change_key(township, options.device, _public(options))


def _replace(options: argparse.Namespace, township: Township) -> Township:
    return machines.replace_machine(township, options.device, options.by, _public(options))


def _before(options: argparse.Namespace, township: Township) -> Township:
    return machines.set_predecessor(township, options.device, options.replaces)


def _retire(options: argparse.Namespace, township: Township) -> Township:
    return machines.retire(township, options.device)


def _public(options: argparse.Namespace) -> PublicKey:
    return PublicKey(options.alg, options.public_key)
