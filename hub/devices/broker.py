"""The broker's configuration: who may connect, and on which topics. Calls `hub.devices.ca`.

For mosquitto 2. A client is the common name of its certificate, which also is its client id: no
machine can take another's session. Every change is saved at once; a kill loses the last at most,
and what has no receipt is sent again. A revoked certificate is refused by the CRL; a connection
that stands already is silenced by the ACL, which counts for the next message. Both are read again
on SIGHUP.
"""

import os
import pwd
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hub.devices.ca import INGEST, WORK
from wire.topics import PREFIX

_CONF: Final = """\
# Written by `sealhub broker config`; changes belong there.
per_listener_settings false
listener {port} {host}
cafile {tls}/ca.pem
certfile {tls}/server.pem
keyfile {tls}/server.key
crlfile {tls}/crl.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {folder}/acl
user {user}
pid_file {folder}/mosquitto.pid

set_tcp_nodelay true
max_inflight_messages 256
max_queued_messages 10000
max_queued_bytes 268435456
max_packet_size 5308416
max_keepalive 120
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
persistent_client_expiration 60d

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
"""

_ACL: Final = f"""\
# Written by `sealhub broker config`. %u is the common name of the client's certificate.
pattern write {PREFIX}/%u/up/+
pattern read {PREFIX}/%u/down/+

user {INGEST}
topic read {PREFIX}/+/up/+
topic write {PREFIX}/+/down/receipt

user {WORK}
topic write {PREFIX}/+/down/list
topic write {PREFIX}/+/down/command
"""


_DENY: Final = f"""
user {{device}}
topic deny {PREFIX}/{{device}}/#
"""


def write_config(
    folder: Path, *, tls: Path, host: str, port: int, revoked: Iterable[str] = ()
) -> Path:
    """mosquitto.conf and its ACL in `folder`, which also keeps the broker's memory; the former.

    `revoked`: machines that are shut out.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    user = pwd.getpwuid(os.getuid()).pw_name
    conf = _CONF.format(folder=folder, tls=tls.absolute(), host=host, port=port, user=user)
    write_acl(folder, revoked)
    (folder / "mosquitto.conf").write_text(conf, "utf-8")
    return folder / "mosquitto.conf"


def write_acl(folder: Path, revoked: Iterable[str]) -> None:
    """Who may speak and hear; replaced at once."""
    text = _ACL + "".join(_DENY.format(device=device) for device in revoked)
    beside = folder / ".acl.new"
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_text(text, "utf-8")
    beside.replace(folder / "acl")


def reload(folder: Path) -> bool:
    """Have the broker of that folder read CRL, ACL and certificates again; whether one was told."""
    try:
        pid = int((folder / "mosquitto.pid").read_text("ascii"))
        running = Path(f"/proc/{pid}/comm").read_text("ascii").strip() == "mosquitto"
        if running:
            os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return running
