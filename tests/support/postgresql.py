"""A PostgreSQL cluster of a test's own. Calls `tests.support`."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.support.broker import listening, until
from tests.support.ports import free_port

NOBODY = 65534


def cluster(folder: Path) -> Iterator[str]:
    """Its address while it runs; PostgreSQL refuses to run as root, and sees no root's folders."""
    as_other = _as_other(folder)
    tools = _tools()
    data, port = folder / "data", free_port()
    subprocess.run(
        [*as_other, str(tools / "initdb"), "-D", str(data), "-U", "hub", "-A", "trust", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    command = [*as_other, str(tools / "postgres"), "-D", str(data), "-p", str(port), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"postgres://hub@127.0.0.1:{port}/postgres"
        until(lambda: listening(port) and _answers(url), "PostgreSQL answers")
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(15)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def _tools() -> Path:
    """Debian keeps the server's programs out of PATH."""
    found = shutil.which("postgres")
    if found is not None:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"))


def _as_other(folder: Path) -> list[str]:
    if os.getuid() != 0:
        return []
    shutil.chown(folder, NOBODY, NOBODY)
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [str(shutil.which("setpriv")), *ids, "--"]
