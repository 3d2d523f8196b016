"""The township's certificate authority and the machines' own requests, for tests."""

from dataclasses import dataclass
from pathlib import Path

from hub.devices import ca
from sync.enrol import new_request


@dataclass(frozen=True)
class Identity:
    """Files of one certificate, its key, and the root that vouches for it."""

    ca: Path
    certificate: Path
    key: Path


class Pki:
    """Everything under `folder`; one server identity, for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ca.create_ca(folder)
        ca.issue_server(folder, ["127.0.0.1"])
        self.server = self._identity("server")
        ca.issue_client(folder, ca.INGEST)
        self.ingest = self._identity(ca.INGEST)

    def enrol(self, machine: Path, device: str) -> Identity:
        """A machine asks and is answered, as its installer does it."""
        certificate = machine / "tls" / "device.pem"
        request = new_request(machine, device)
        certificate.write_bytes(ca.sign_csr(self.folder, request, device))
        return Identity(self.server.ca, certificate, machine / "tls" / "device.key")

    def _identity(self, name: str) -> Identity:
        folder = self.folder
        return Identity(folder / "ca.pem", folder / f"{name}.pem", folder / f"{name}.key")
