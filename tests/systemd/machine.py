"""A machine in the container: provisioned as an operator would do it, and asked as its users ask.

Calls `sealctl`, `sync.enrol`, `tests.support.office` and `tests.systemd.container`.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

from demo.processes import Supervisor
from sealctl.link import LinkError, ask
from sealctl.lockd.doors import USERS
from sync.enrol import new_request
from tests.support.office import Office
from tests.systemd.container import Container

BODY = """[Service]
ExecStart=/opt/sealctl/venv/bin/python -m hardware.sim.server --state /var/lib/sealctl
ExecStartPost=/bin/sh -c 'until [ -S /run/sealctl/body.sock ]; do sleep .05; done'
ExecStartPost=/bin/chmod 666 /run/sealctl/body.sock
"""
HUB = """[hub]
mqtt_host = "127.0.0.1"
mqtt_port = 8706
blobs = "https://127.0.0.1:8707"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


class Machine(Office):
    """An office whose processes are the container's."""

    container: Container

    @classmethod
    def provisioned(cls, container: Container, folder: Path) -> Self:
        """Keys, root, configuration, a list and two operators, made in `folder`; the simulated body
        is a unit of its own.
        """
        office = Office.open(folder)
        office.close()
        _certify(folder)
        config = folder / "machine.toml"
        config.write_text(config.read_text().replace(f"port = {office.port}", "port = 8703") + HUB)
        shutil.rmtree(folder / "run")
        shutil.copytree(folder, container.root / "var/lib/sealctl", dirs_exist_ok=True)
        (container.root / "etc/systemd/system/body.service").write_text(BODY)
        container.run("systemd-tmpfiles", "--create", "sealctl.conf")
        container.run("systemctl", "start", "body.service")
        made = cls(folder, office.township, 8703, Supervisor(folder, {}), office.version)
        made.container = container
        return made

    def sock(self, role: str) -> Path:
        return self.container.sockets / f"{role}.sock"

    def ask(self, role: str, verb: str, **arguments: object) -> Any:
        """As the user whose process speaks on that socket."""
        sock = self.sock(role)
        with self.container.as_user(USERS.get(role, "root")):
            return ask(sock, verb, **arguments)

    def served(self) -> bool:
        try:
            return bool(self.state())
        except LinkError:
            return False


def _certify(folder: Path) -> None:
    """A TLS key, and a certificate over it that nobody trusts: the broker is not there."""
    new_request(folder, "sunrise-1")
    tls = folder / "tls"
    request = "openssl req -x509 -key device.key -out device.pem -subj /CN=sunrise-1 -days 30"
    subprocess.run(request.split(), cwd=tls, check=True, capture_output=True)
    shutil.copy(tls / "device.pem", tls / "ca.pem")
