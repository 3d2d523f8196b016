"""The broker's configuration: who may connect, and on which topics. Calls `hub.devices.ca`.

For mosquitto 2. A client is the common name of its certificate, which also is its client id: no
machine can take another's session. Every change is saved at once; a kill loses the last at most,
and what has no receipt is sent again.
"""

import os
import pwd
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
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {folder}/acl
user {user}

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
"""


def write_config(folder: Path, *, tls: Path, host: str, port: int) -> Path:
    """mosquitto.conf and its ACL in `folder`, which also keeps the broker's memory; the former."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    user = pwd.getpwuid(os.getuid()).pw_name
    conf = _CONF.format(folder=folder, tls=tls.absolute(), host=host, port=port, user=user)
    (folder / "acl").write_text(_ACL, "utf-8")
    (folder / "acl").chmod(0o600)
    (folder / "mosquitto.conf").write_text(conf, "utf-8")
    return folder / "mosquitto.conf"
