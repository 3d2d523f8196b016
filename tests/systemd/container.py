"""A Debian that boots real systemd in systemd-nspawn, the machine's package installed in it.

Calls nothing of ours. Needs root; the Debian itself is never written to (overlayfs).
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

NSPAWN = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network")
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Container:
    """A booted one; `root` is its file system, `leader` its first process."""

    root: Path
    leader: int

    @cached_property
    def sockets(self) -> Path:
        """Its /run/sealctl, from out here and for whatever user this process is at the moment."""
        there = os.open(f"/proc/{self.leader}/root/run/sealctl", os.O_PATH | os.O_DIRECTORY)
        return Path(f"/proc/self/fd/{there}")

    @contextmanager
    def as_user(self, name: str, group: str | None = None) -> Iterator[None]:
        """This process is that user of the container for whoever asks who connects (SO_PEERCRED),
        with the right of that group, or of its own, to a file.

        The container shares this computer's numbers: it has no user namespace of its own.
        """
        uid, gid = int(self.run("id", "-u", name)), int(self.run("id", "-g", group or name))
        os.setegid(gid)
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)

    def run(self, *command: str, check: bool = True) -> str:
        """What a command prints in it, as root."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.leader), "-a", "env", "-i", PATH, *command],
            capture_output=True,
            text=True,
        )
        assert not check or done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def show(self, unit: str, name: str) -> str:
        """One property of a unit."""
        return self.run("systemctl", "show", "--value", "-p", name, unit).strip()

    def says(self, unit: str, text: str) -> bool:
        """Whether systemd or the unit's processes said that of it by now."""
        return text in self.journal(unit)

    def journal(self, unit: str) -> str:
        return self.run("journalctl", "--no-pager", "-o", "cat", "-u", unit)

    def active(self, unit: str) -> bool:
        return self.show(unit, "ActiveState") == "active"

    def signal(self, unit: str, name: str) -> None:
        """To the unit's main process, if it has one at this moment."""
        command = ("systemctl", "kill", "--kill-who=main", f"--signal={name}", unit)
        self.run(*command, check=False)

    def moved_on(self, unit: str, process: str) -> bool:
        """Whether the unit has another main process by now, or is given up."""
        if self.show(unit, "ActiveState") == "failed":
            return True
        return self.show(unit, "MainPID") not in ("0", process)

    def overrule(self, unit: str, content: str) -> None:
        """What stands against the unit's own lines, from the next daemon-reload on."""
        file = self.root / f"etc/systemd/system/{unit}.d/99-test.conf"
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)


@contextmanager
def installed(base: Path, package: Path, scratch: Path) -> Iterator[Path]:
    """A copy of the Debian with the package installed, without any network."""
    upper, work, root = (scratch / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir(parents=True)
    options = f"lowerdir={base},upperdir={upper},workdir={work}"
    _checked("mount", "-t", "overlay", "overlay", "-o", options, str(root))
    try:
        (root / "package.deb").write_bytes(package.read_bytes())
        _checked(*NSPAWN, "--directory", str(root), "--pipe", "dpkg", "-i", "/package.deb")
        yield root
    finally:
        _checked("umount", str(root))


@contextmanager
def booted(root: Path, log: Path) -> Iterator[Container]:
    """Boot it; on leaving, it is powered off."""
    with log.open("wb") as output:
        nspawn = subprocess.Popen(
            [*NSPAWN, "--directory", str(root), "--boot", "--console=pipe"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _up(root, nspawn.pid)
    finally:
        nspawn.terminate()
        nspawn.wait(60)


def _up(root: Path, nspawn: int) -> Container:
    """The container as soon as its systemd says that it is up."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text().split()
        if children:
            container = Container(root, int(children[0]))
            if container.run("systemctl", "is-system-running", check=False).strip() == "running":
                return container
        time.sleep(0.1)
    raise AssertionError("the container's systemd did not come up")


def _checked(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
