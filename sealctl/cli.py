"""`sealctl`: what staff and operators ask of a machine, and how its processes are started.

Calls `sealctl.{cli_answers,commands,config,doctor,link,show,main}`, `wire`. Exit status: 0, 1 for a
refusal, 2 for bad input.
"""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sealctl import cli_answers, show
from sealctl import main as processes
from sealctl.commands import carry, hardware, record_key
from sealctl.config import ConfigError, MachineConfig, load
from sealctl.doctor import gather
from sealctl.doctor.examine import examine
from sealctl.errors import StartError
from sealctl.link import LinkError, ask
from sealctl.show import Shown
from wire.errors import WireError
from wire.refusals import to_dict

log = logging.getLogger("sealctl")

PROCESSES: dict[str, Callable[[MachineConfig], int | None]] = {
    "lockd": processes.run_lockd,
    "camerad": processes.run_camerad,
    "panel": processes.run_panel,
    "syncd": processes.run_syncd,
}
ENROLMENTS = {"pin": "enrol", "card": "enrol_card", "fingerprint": "enrol_finger"}
DEFAULT = Path("/etc/sealctl/machine.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the command."""
    options = _parser().parse_args(arguments)
    try:
        config = load(options.config)
        if options.command in PROCESSES:
            return _process(options.command, config)
        shown = COMMANDS[options.command](config, options)
    except LinkError as error:
        print(show.refusal(error.refusal, as_json=options.json), file=sys.stderr)
        return 1
    except StartError as error:
        print(
            show.refusal(to_dict(error.code, error.detail), as_json=options.json), file=sys.stderr
        )
        return 2 if error.final else 1
    except (ConfigError, OSError, WireError) as error:
        print(error, file=sys.stderr)
        return 2
    print(show.as_json(shown.data) if options.json else shown.text)
    return 0 if shown.ok else 1


def _process(name: str, config: MachineConfig) -> int:
    """Run one of the machine's processes to its end; what stops it unexpectedly is logged."""
    logging.basicConfig(level=logging.INFO, format=f"{name} %(levelname)s %(message)s")
    logging.getLogger("tuf").setLevel(logging.WARNING)
    try:
        return PROCESSES[name](config) or 0
    except (StartError, ConfigError):
        raise
    except Exception:
        log.exception("stopped")
        return 1


def _status(config: MachineConfig, _: argparse.Namespace) -> Shown:
    return show.status(ask(config.socket("console"), "state"))


def _grants(config: MachineConfig, _: argparse.Namespace) -> Shown:
    return show.grants(ask(config.socket("console"), "grants"))


def _stamp(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """One opening from the keyboard: identify, choose, photograph, open."""
    console = config.socket("console")
    grants = ask(console, "grants")
    chosen = [one for one in grants if one["id"].hex().startswith(options.grant)]
    if len(chosen) != 1:
        raise ConfigError(f"{options.grant}: {len(chosen)} 份授权匹配。 grants match.")
    pin = _pin(options.operator)
    ask(console, "login", person=options.operator, pin=pin)
    try:
        ask(console, "choose", grant=chosen[0]["id"])
        ask(console, "photograph")
        ask(console, "stamp")
        state = show.wait_for_end(lambda: ask(console, "state"))
    finally:
        show.quietly(lambda: ask(console, "logout"))
    return show.stamped(state)


def _journal(config: MachineConfig, options: argparse.Namespace) -> Shown:
    rows = ask(config.socket("console"), "journal", after=options.after, limit=options.limit)
    return show.journal(rows)


def _carry(config: MachineConfig, options: argparse.Namespace) -> Shown:
    return carry.carry(config, options.config, options.folder)


def _doctor(config: MachineConfig, options: argparse.Namespace) -> Shown:
    if options.hardware is not None:
        return hardware.check(config, options.hardware)
    now_ms = time.time_ns() // 1_000_000
    return show.doctor(examine(gather.look(config, now_ms=now_ms)))


def _enrol(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """Both PINs; then, for a card or a finger, what the machine says is to be done."""
    person, console = options.person, config.socket("console")
    given = {"person": person, "pin": _pin(person), **_hands(options, "witness")}
    ask(console, ENROLMENTS[options.method], **given)
    if options.method != "pin" and not show.wait_for_enrolment(
        lambda: ask(console, "state"), lambda words: print(words, file=sys.stderr)
    ):
        return Shown({"person": person}, "没有登记成功 not enrolled", ok=False)
    return show.plain({"person": person, "method": options.method}, f"已登记 enrolled: {person}")


def _unenrol(config: MachineConfig, options: argparse.Namespace) -> Shown:
    hands = _hands(options, "operator", "witness")
    ask(config.socket("console"), "unenrol", person=options.person, method=options.method, **hands)
    return show.plain({"person": options.person}, f"已取消登记 taken back: {options.person}")


def _maintenance(config: MachineConfig, options: argparse.Namespace) -> Shown:
    console, hands = config.socket("console"), _hands(options, "operator", "witness")
    ask(console, "maintenance", state=options.state, reason=options.reason, **hands)
    text = {"begin": "维护开始 maintenance begins", "end": "维护结束 maintenance ends"}
    return show.plain({"state": options.state}, text[options.state])


def _seal(config: MachineConfig, options: argparse.Namespace) -> Shown:
    console, hands = config.socket("console"), _hands(options, "operator", "witness")
    move, seal = options.move, options.seal
    ask(console, "seal", move=move, seal=seal, reason=options.reason, **hands)
    text = {"out": "可以取出 take it out", "in": "已放回 back in its slot"}
    return show.plain({"seal": seal, "move": move}, f"{text[move]}: {seal}")


def _handover(config: MachineConfig, options: argparse.Namespace) -> Shown:
    hands = _hands(options, "giver", "receiver", "witness")
    ask(config.socket("console"), "handover", seal=options.seal, **hands)
    return show.plain({"seal": options.seal}, f"已移交 handed over: {options.seal}")


def _record_key(config: MachineConfig, options: argparse.Namespace) -> Shown:
    return record_key.show(config, new=options.new, following=options.next)


def _drop(config: MachineConfig, _: argparse.Namespace) -> Shown:
    processes.drop(config)
    return show.plain({"current": False}, "锁线圈已断电 the lock's coil has no current")


def _hands(options: argparse.Namespace, *names: str) -> dict[str, str]:
    """Who acts, and each one's PIN, asked in this order."""
    people = {name: str(getattr(options, name)) for name in names}
    return {**people, **{f"{name}_pin": _pin(person) for name, person in people.items()}}


def _pin(person: str) -> str:
    return cli_answers.secret(f"PIN {person}")


COMMANDS: dict[str, Callable[[MachineConfig, argparse.Namespace], Shown]] = {
    "status": _status,
    "grants": _grants,
    "stamp": _stamp,
    "journal": _journal,
    "carry": _carry,
    "doctor": _doctor,
    "enrol": _enrol,
    "unenrol": _unenrol,
    "maintenance": _maintenance,
    "seal": _seal,
    "handover": _handover,
    **cli_answers.COMMANDS,
    "record-key": _record_key,
    "drop": _drop,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealctl", description="印章智控机 the seal machine")
    parser.add_argument("--config", type=Path, default=DEFAULT, help="machine.toml")
    parser.add_argument("--json", action="store_true", help="for programs")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="现在的状态 state of the machine")
    commands.add_parser("grants", help="可盖章的申请 approved applications")
    stamp = commands.add_parser("stamp", help="盖一次章 one stamp")
    stamp.add_argument("grant", help="授权编号的开头 beginning of the grant's id (hex)")
    stamp.add_argument("--operator", required=True, help="盖印员 person id")
    journal = commands.add_parser("journal", help="机器日志 entries")
    journal.add_argument("--after", type=int, default=0)
    journal.add_argument("--limit", type=int, default=50)
    carrying = commands.add_parser("carry", help="U盘来回 both ways with a USB stick")
    carrying.add_argument("folder", type=Path, help="U盘的位置 where the stick is mounted")
    doctor = commands.add_parser("doctor", help="自检 self-examination")
    doctor.add_argument(
        "--hardware",
        nargs="*",
        choices=hardware.PORTS,
        metavar="PORT",
        help="逐件检查部件 check the parts: " + ", ".join(hardware.PORTS),
    )
    enrol = commands.add_parser("enrol", help="登记密码、卡或指纹 set a PIN, add a card or finger")
    enrol.add_argument("person")
    enrol.add_argument("--witness", required=True, help="见证人 person id")
    enrol.add_argument("--method", choices=tuple(ENROLMENTS), default="pin", help="方式")
    unenrol = commands.add_parser("unenrol", help="取消登记 take an enrolment back")
    unenrol.add_argument("person")
    unenrol.add_argument("--method", choices=("card", "fingerprint", "all"), required=True)
    maintenance = commands.add_parser("maintenance", help="维护 begin or end maintenance")
    maintenance.add_argument("state", choices=("begin", "end"))
    seal = commands.add_parser("seal", help="取出或放回印章 take a seal out, put it back")
    seal.add_argument("move", choices=("out", "in"))
    seal.add_argument("seal")
    for acts in (unenrol, maintenance, seal):
        acts.add_argument("--operator", required=True, help="办理人 person id")
        acts.add_argument("--witness", required=True, help="见证人 person id")
    for explained in (maintenance, seal):
        explained.add_argument("--reason", required=True, help="事由")
    handover = commands.add_parser("handover", help="移交印章 hand a seal over")
    handover.add_argument("seal")
    for name, zh in (("giver", "移交人"), ("receiver", "接交人"), ("witness", "监交人")):
        handover.add_argument(f"--{name}", required=True, help=f"{zh} person id")
    cli_answers.add_parsers(commands)
    record = commands.add_parser("record-key", help="签名密钥的公钥 the record key's public half")
    record.add_argument("--new", action="store_true", help="先生成 make the key first")
    record.add_argument("--next", action="store_true", help="接替的密钥 the one to take over")
    commands.add_parser("drop", help="断开锁线圈电流 cut the current of the lock's coil")
    for name in PROCESSES:
        commands.add_parser(name, help="进程 run this process")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
