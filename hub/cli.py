"""`sealhub`: the township operator's command. Calls everything of the hub, each part when asked.

SEALHUB_STATE names the state folder. Errors end with a sentence on stderr and exit code 1.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from hub.config import DEFAULT_LOG_NAME, Config, Origins
from wire.refusals import REFUSALS, Refused

SITES = {"serve": "staff", "public": "public", "blobs": "blobs"}


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 1 refused, 2 wrong arguments."""
    arguments = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    os.environ["SEALHUB_SITE"] = SITES.get(arguments.command, "staff")
    run: Callable[[argparse.Namespace], None] = arguments.run
    try:
        run(arguments)
    except Refused as error:
        known = REFUSALS[error.code]
        print(f"{known.zh} {known.en} ({error.code}: {error.detail})", file=sys.stderr)
        return 1
    except Exception as error:
        logging.getLogger("hub").exception("%s", arguments.command)
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _init(arguments: argparse.Namespace) -> None:
    from hub.init import initialise

    host, port = _address(arguments.broker)
    made = initialise(
        _state(),
        origins=Origins(arguments.staff, arguments.public, arguments.county),
        rp_id=arguments.rp_id,
        broker_host=host,
        broker_port=port,
        names=tuple(arguments.name),
        log_name=arguments.log_name,
    )
    print(f"日志公钥 log: {made.log_vkey}\n清单公钥 list key: {made.list_public}")


def _migrate(_arguments: argparse.Namespace) -> None:
    _django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


def _pin(arguments: argparse.Namespace) -> None:
    from hub.init import pin_root

    pin_root(_state(), bytes.fromhex(arguments.sha256))


def _serve(arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.serve import serve

    tls = found.broker.ca.parent if arguments.command == "blobs" else None
    serve(arguments.listen, tls=tls)


def _ingest(_arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.clock import now_ms
    from hub.ingest.process import run

    run(found, now_ms, _stopping())


def _work(_arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.clock import now_ms
    from hub.work import run

    run(found, now_ms, _stopping())


def _list_import(arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.devices.intake import import_file

    version = import_file(arguments.file, found)
    print(f"已导入授权方第 {version} 版。 Version {version} is in force.")


def _broker_config(arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.devices.broker import write_config

    tls = found.broker.ca.parent
    print(write_config(arguments.folder, tls=tls, host=found.broker.host, port=found.broker.port))


def _certify(arguments: argparse.Namespace) -> None:
    found = _config()
    from hub.devices.ca import sign_csr

    pem = sign_csr(found.broker.ca.parent, arguments.csr.read_bytes(), arguments.device)
    arguments.out.write_bytes(pem)


def _token(arguments: argparse.Namespace) -> None:
    _config()
    from hub.api.tokens import create_token

    print(create_token(arguments.name))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealhub", description="镇平台 the township's hub")
    commands = parser.add_subparsers(dest="command", required=True)
    init = _command(commands, "init", _init, "新建 a new hub in SEALHUB_STATE")
    init.add_argument("--staff", default="http://hub.localhost:8700")
    init.add_argument("--public", default="http://public.localhost:8701")
    init.add_argument("--county", default="http://county.localhost:8702")
    init.add_argument("--rp-id", default="hub.localhost")
    init.add_argument("--broker", default="127.0.0.1:8706", metavar="HOST:PORT")
    init.add_argument("--name", nargs="+", default=["localhost", "127.0.0.1"])
    init.add_argument("--log-name", default=DEFAULT_LOG_NAME)
    _command(commands, "migrate", _migrate, "更新数据库 bring the database up to date")
    pin = _command(commands, "pin", _pin, "钉住县级根 trust a county root by its SHA-256")
    pin.add_argument("sha256")
    for name in SITES:
        site = _command(commands, name, _serve, f"网站 the {SITES[name]} site")
        site.add_argument("--listen", required=True, metavar="HOST:PORT")
    _command(commands, "ingest", _ingest, "接收记录 take records in")
    _command(commands, "work", _work, "发布清单 publish lists")
    for group, verb, run in (
        ("list", "import", _list_import),
        ("broker", "config", _broker_config),
    ):
        verbs = commands.add_parser(group).add_subparsers(dest="verb", required=True)
        made = _command(verbs, verb, run, f"{group} {verb}")
        made.add_argument("file" if group == "list" else "folder", type=Path)
    verbs = commands.add_parser("device").add_subparsers(dest="verb", required=True)
    certify = _command(verbs, "certify", _certify, "给机器签发证书 a machine's certificate")
    certify.add_argument("device")
    certify.add_argument("csr", type=Path)
    certify.add_argument("out", type=Path)
    verbs = commands.add_parser("token").add_subparsers(dest="verb", required=True)
    _command(verbs, "new", _token, "巡查令牌 an inspector's token").add_argument("name")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], None],
    text: str,
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=text)
    made.set_defaults(run=run)
    return made


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def _state() -> Path:
    return Path(os.environ.get("SEALHUB_STATE", "var/hub")).absolute()


def _django() -> None:
    import django

    django.setup()


def _config() -> Config:
    """A hub that was initialised; raises ConfigError before that."""
    _django()
    from hub.config import config

    return config()


def _stopping() -> threading.Event:
    """Set by SIGTERM and SIGINT."""
    event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: event.set())
    return event


if __name__ == "__main__":
    sys.exit(main())
