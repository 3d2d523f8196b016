"""`make demo`: a whole township on this computer, with a first stamp. Calls demo.

Exit status 0 only if the inspector's bundle verified offline.
"""

import argparse
import signal
import sys
from pathlib import Path

from demo import addresses, first_stamp, house, local, township, villagers
from demo.commands import sealhub
from demo.processes import DemoError, Supervisor
from demo.state import PORTS, DemoState

TEND_S = 1.0


class _InterruptedError(Exception):
    """Ctrl-C or SIGTERM: leave everything as it is and end."""


def main(argv: list[str] | None = None) -> int:
    """Build or open the township, start it, stamp once, and stay until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--once", action="store_true", help="stop after the first stamp")
    parser.add_argument("--base-port", type=int, default=0, help="other ports than 8700–8709")
    args = parser.parse_args(argv)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    running: Supervisor | None = None
    try:
        state = _open(args.var.absolute(), args.base_port)
        running = house.supervisor(state)
        house.start(state, running)
        first_stamp.enrol(state)
        print("第一次用印 · a first stamp (* 计入两秒承诺 counts for the promise)", flush=True)
        verified = first_stamp.run(state)
        kept = villagers.make(state)
        if not args.once:
            print(addresses.told(state, kept.codes), flush=True)
            _stay(running)
    except DemoError as error:
        print(f"演示没有成功。 The demo failed: {error}", file=sys.stderr)
        return 1
    except _InterruptedError:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if running is not None:
            running.stop()
            print("已全部停止。 Everything has stopped.", flush=True)
    return 0 if verified else 1


def _open(var: Path, base_port: int) -> DemoState:
    """The township of an earlier run, its tables brought up to date, or a new one."""
    try:
        state = DemoState.load(var)
    except FileNotFoundError:
        print("建立演示镇：县级根、乡镇、村、机器、人员 · making a township …", flush=True)
    else:
        if state.ports.keys() != PORTS.keys():
            raise DemoError(
                f"{var}: 由旧版本建立，请删除后重来。 An older version made it: remove it first."
            )
        sealhub(state, "migrate")
        local.lay(state)
        return state
    ports = {name: base_port + n for n, name in enumerate(PORTS)} if base_port else PORTS
    return township.build(var, dict(ports))


def _stay(running: Supervisor) -> None:
    while True:
        for name in running.tend():
            print(f"{name} 已重启 restarted", flush=True)
        signal.sigtimedwait([], TEND_S)


def _interrupt(_number: int, _frame: object) -> None:
    raise _InterruptedError


if __name__ == "__main__":
    raise SystemExit(main())
