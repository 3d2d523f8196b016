"""A whole computer in QEMU, without hardware acceleration: Debian's kernel, real systemd, and parts
plugged in and out. Calls nothing of ours. Needs root; `scripts/vm-base` makes what it boots.
"""

import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

BOOT_S: Final = 180
ANSWER_S: Final = 120
QEMU: Final = (
    *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"),
    *("-smp", "2", "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot"),
)
KERNEL: Final = (
    "console=ttyS0 root=/dev/vda rw quiet loglevel=4 systemd.show_status=false mitigations=off "
    "tsc=reliable no_timer_check panic=0"
)
AGENT: Final = """[Unit]
After=sealctl.target
[Service]
ExecStart=/usr/bin/python3 /host/agent.py /dev/virtio-ports/agent
[Install]
WantedBy=multi-user.target
"""


class Line:
    """A Unix socket on which QEMU listens, read line by line."""

    def __init__(self, path: Path, patience_s: float) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        _connect(self.socket, path)
        self.socket.settimeout(patience_s)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, value: object) -> None:
        self.socket.sendall(json.dumps(value).encode() + b"\n")

    def take(self) -> Any:
        """The next line's value; TimeoutError where none comes, EOFError where none ever will."""
        line = self._file.readline()
        if not line:
            raise EOFError("the virtual machine is off")
        return json.loads(line)


@dataclass(frozen=True)
class Guest:
    """One that is up; `share` is /host inside."""

    share: Path
    agent: Line
    monitor: Line
    process: subprocess.Popen[bytes]
    events: list[dict[str, Any]] = field(default_factory=list)
    """QEMU's, not yet waited for."""

    def run(self, *words: str, check: bool = True) -> str:
        """What a command prints inside, as root."""
        self.agent.send(words)
        answer = self.agent.take()
        assert not check or answer["status"] == 0, (words, answer["out"], answer["err"])
        return str(answer["out"])

    def begin(self, *words: str) -> None:
        """Start a command inside; `finish` gives what it printed."""
        self.agent.send(words)

    def finish(self) -> str:
        answer = self.agent.take()
        assert answer["status"] == 0, (answer["out"], answer["err"])
        return str(answer["out"])

    def ask(self, command: str, **arguments: object) -> object:
        """One command to QEMU's monitor (QMP)."""
        self.monitor.send({"execute": command, "arguments": arguments})
        while "return" not in (answer := self.monitor.take()):
            assert "error" not in answer, (command, answer)
            self.events.append(answer)
        return answer["return"]

    def event(self, name: str) -> dict[str, Any]:
        """Wait for an event of QEMU's."""
        earlier, self.events[:] = list(self.events), []
        for answer in itertools.chain(earlier, iter(self.monitor.take, None)):
            if answer.get("event") == name:
                data: dict[str, Any] = answer["data"]
                return data
        raise AssertionError(name)


def image(root: Path, path: Path) -> None:
    """A disk with what lies in the folder, and room to write."""
    size = int(subprocess.check_output(["du", "-sm", root]).split()[0])
    with path.open("wb") as file:
        file.truncate((size * 5 // 4 + 200) << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", root, path], check=True)


def prepare(root: Path) -> None:
    """What every guest has besides the machine's package: the shared folder and the agent."""
    (root / "host").mkdir(exist_ok=True)
    share = "host /host 9p trans=virtio,version=9p2000.L,msize=262144 0 0\n"
    (root / "etc/fstab").write_text(share)
    units = root / "etc/systemd/system"
    (units / "agent.service").write_text(AGENT)
    wants = units / "multi-user.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "agent.service").symlink_to("../agent.service")
    modules = "9pnet_virtio\n9p\nvirtio_console\n"
    (root / "etc/modules-load.d").mkdir(exist_ok=True)
    (root / "etc/modules-load.d/vm.conf").write_text(modules)


@contextmanager
def booted(base: Path, disk: Path, share: Path, devices: Sequence[str]) -> Iterator[Guest]:
    """Switch it on; what it writes to the disk stays there."""
    shutil.copy(Path(__file__).with_name("inside") / "agent.py", share)
    sockets = share / "sockets"
    sockets.mkdir(exist_ok=True)
    with ExitStack() as ends, (share / "console.log").open("wb") as log:
        process = subprocess.Popen(
            [*_command(base, disk, share), *devices], stdin=subprocess.DEVNULL, stderr=log
        )
        ends.callback(_off, process)
        monitor = ends.enter_context(Line(sockets / "monitor", ANSWER_S))
        monitor.take()
        agent = ends.enter_context(Line(sockets / "agent", BOOT_S))
        guest = Guest(share, agent, monitor, process)
        guest.ask("qmp_capabilities")
        guest.run("true")
        yield guest


def _command(base: Path, disk: Path, share: Path) -> list[str]:
    sockets = share / "sockets"
    return [
        *QEMU,
        *("-kernel", str(base / "vmlinuz"), "-initrd", str(base / "first.gz"), "-append", KERNEL),
        *("-serial", f"file:{share / 'kernel.log'}", "-device", "virtio-rng-pci"),
        *("-drive", f"file={disk},format=raw,if=virtio,cache=unsafe"),
        *("-virtfs", f"local,path={share},mount_tag=host,security_model=none,id=host"),
        *("-qmp", f"unix:{sockets / 'monitor'},server=on,wait=off"),
        *("-chardev", f"socket,id=agent,path={sockets / 'agent'},server=on,wait=off"),
        *("-device", "virtio-serial-pci", "-device", "virtserialport,chardev=agent,name=agent"),
    ]


def _off(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _connect(ours: socket.socket, path: Path) -> None:
    """Connect as soon as QEMU listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return ours.connect(str(path))
        except OSError:
            assert time.monotonic() < deadline, f"QEMU does not listen on {path}"
            time.sleep(0.05)
