"""`sealhub init` and `migrate`: a new hub, and its databases.

Calls `hub.{config,init,devices,hotline}` and `hub.relief.rotate`.
"""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.init", "InitError"),)


def add(commands: Any) -> None:
    """The verbs."""
    init = parts.add(commands, "init", _init, "建立平台 make a new hub")
    init.add_argument("--staff", default="http://hub.localhost:8700", metavar="ORIGIN")
    init.add_argument("--public", default="http://public.localhost:8701", metavar="ORIGIN")
    init.add_argument("--county", default="http://county.localhost:8702", metavar="ORIGIN")
    init.add_argument("--rp-id", default="hub.localhost", help="登录域名 log-in domain (WebAuthn)")
    init.add_argument("--mqtt-host", default="127.0.0.1")
    init.add_argument("--mqtt-port", type=int, default=8706)
    init.add_argument("--name", nargs="+", default=["localhost", "127.0.0.1"], help="TLS")
    init.add_argument("--enrol", metavar="URL", help="https://host:port, 默认 default :8707")
    init.add_argument("--blobs", metavar="URL", help="https://host:port, 默认 default :8705")
    words = "监察站直通车的网址，不写就不开 the villagers' hotline, none without"
    init.add_argument("--hotline", metavar="ORIGIN", help=words)
    init.add_argument("--log-name", default="township.localhost/log")
    init.add_argument("--township", type=int, default=1, choices=range(1, 100), metavar="1-99")
    init.add_argument("--root-sha256", type=parts.sha256, metavar="HEX")
    parts.add(commands, "migrate", _migrate, "更新数据库 bring the database up to date")


def _init(arguments: argparse.Namespace) -> None:
    from hub.config import Origins
    from hub.init import initialise, pin_root

    state = Path(arguments.state)
    made = initialise(
        state,
        origins=Origins(arguments.staff, arguments.public, arguments.county),
        rp_id=arguments.rp_id,
        broker_host=arguments.mqtt_host,
        broker_port=arguments.mqtt_port,
        names=tuple(arguments.name),
        log_name=arguments.log_name,
        township=arguments.township,
        enrol=arguments.enrol,
        blobs=arguments.blobs,
        hotline=arguments.hotline,
    )
    if arguments.root_sha256 is not None:
        pin_root(state, arguments.root_sha256)
    print(f"log key  {made.log_vkey}\nlist key {made.list_public}\nca       {made.ca}")


def _migrate(_: argparse.Namespace) -> None:
    parts.django()
    from django.core.management import call_command

    from hub.hotline import vault

    for name in ("default", "hotline"):
        call_command("migrate", database=name, verbosity=0, interactive=False)
    from hub.config import config
    from hub.devices.ca import ensure_crl
    from hub.init import new_key
    from hub.relief import rotate

    ensure_crl(config().broker.ca.parent)
    if not config().site_key.exists():
        new_key(config().site_key)
    vault.new_key(config().state / vault.NAME)
    rotate.ensure(config().state)
