"""`sealhub`: what the township's operators run. Calls everything of the hub, each part when asked.

Django reads its settings once a process: the state folder and the site stand in the environment
before anything of it is imported.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

Command = Callable[[argparse.Namespace], None]


class UsageError(Exception):
    """What was asked for cannot be done; the text says why, in Chinese and English."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0, or 1 with a sentence on stderr."""
    arguments = _parser().parse_args(argv)
    os.environ["SEALHUB_STATE"] = str(Path(arguments.state).absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    os.environ["SEALHUB_SITE"] = getattr(arguments, "site", "staff")
    command: Command = arguments.command
    try:
        command(arguments)
    except _expected() as error:
        print(f"sealhub: {_sentence(error)}", file=sys.stderr)
        return 1
    return 0


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
    )
    if arguments.root_sha256 is not None:
        pin_root(state, arguments.root_sha256)
    print(f"log key  {made.log_vkey}\nlist key {made.list_public}\nca       {made.ca}")


def _migrate(_: argparse.Namespace) -> None:
    _django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _serve(arguments: argparse.Namespace) -> None:
    _django()
    from hub.serve import run

    run(arguments.listen, machines_only=arguments.site == "blobs")


def _ingest(_: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.ingest.process import run

    run(config(), now_ms, _stopping())


def _replay(_: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.ingest.replay import replay

    count = replay(config(), now_ms())
    print(f"从第二存储补回 {count} 片叶子。 {count} leaves came back from the second store.")


def _work(_: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.work import run

    run(config(), now_ms, _stopping())


def _cosign(_: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.cosign.process import run

    run(config(), now_ms, _stopping())


def _carry(arguments: argparse.Namespace) -> None:
    _django()
    from hub.carrier.carry import carry
    from hub.clock import now_ms
    from hub.config import config

    good = []
    for report in carry(config(), arguments.folder, now_ms):
        good.append(report.good)
        print(
            f"{report.device}: 记录 entries {report.entries}, 已回执 receipted {report.receipted}, "
            f"其中尚待县级见证 pending county witness {report.pending}, "
            f"照片 photos {report.photos}, 清单 list {report.list_version}, "
            f"审批页 pages {report.pages}"
        )
        for one in report.problems:
            print(f"  ✗ {one.zh} {one.en}")
    if not good:
        raise UsageError("U盘上没有机器的文件夹。 There is no machine's folder on the stick.")
    if not all(good):
        raise UsageError("没有全部收下。 Not everything was taken.")


def _read(_: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.reading.process import run

    run(now_ms, _stopping())


def _import(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.devices.intake import import_file
    from hub.init import pin_root

    if arguments.root_sha256 is not None:
        pin_root(Path(arguments.state), arguments.root_sha256)
    version = import_file(arguments.file, config())
    print(f"清单版本 package version {version}")


def _broker(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.devices.broker import write_config

    broker = config().broker
    path = write_config(arguments.folder, tls=broker.ca.parent, host=broker.host, port=broker.port)
    print(f"mosquitto -c {path}")


def _certificate(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.devices.ca import sign_csr

    signed = sign_csr(config().broker.ca.parent, arguments.csr.read_bytes(), arguments.device)
    arguments.out.write_bytes(signed)
    print(f"{arguments.out}: {arguments.device}")


def _token(arguments: argparse.Namespace) -> None:
    _django()
    from hub.api.tokens import create_token

    print(create_token(arguments.name))


def _receipt(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.log.export import receipt
    from hub.log.keys import LogKey

    made = receipt(arguments.entry, LogKey.load(config().log_name, config().log_key))
    arguments.out.write_bytes(made)
    print(f"{arguments.out}: {len(made)} 字节 bytes")


def _django() -> None:
    import django

    from hub.config import FILE

    if not (Path(os.environ["SEALHUB_STATE"]) / FILE).exists():
        raise UsageError("先运行 sealhub init。 Run `sealhub init` first.")
    django.setup()


def _stopping() -> threading.Event:
    """Set by SIGTERM and by Ctrl-C."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def _sentence(error: Exception) -> str:
    from wire.refusals import REFUSALS, Refused

    if type(error).__module__ == "django.db.utils":
        return f"数据库不能用，请恢复备份。 The database cannot be used; restore it: {error}"
    if not isinstance(error, Refused):
        return str(error)
    known = REFUSALS[error.code]
    return f"{known.zh} {known.en} ({error})"


def _expected() -> tuple[type[Exception], ...]:
    """Errors that carry a sentence for the operator; all others end with a traceback."""
    from hub.init import InitError
    from wire.refusals import Refused

    found: list[type[Exception]] = [UsageError, InitError, Refused, OSError]
    for module, name in _ERRORS:
        if module in sys.modules:
            found.append(getattr(sys.modules[module], name))
    return tuple(found)


_ERRORS: Final = (
    ("hub.config", "ConfigError"),
    ("hub.devices.ca", "CertificateError"),
    ("django.db.utils", "DatabaseError"),
    ("hub.log.export", "ExportError"),
    ("hub.log.keys", "LogKeyError"),
    ("hub.devices.authority", "NoAuthorityError"),
    ("hub.log.sequencer", "LogBrokenError"),
    ("hub.ingest.process", "IngestError"),
    ("hub.work", "WorkError"),
    ("hub.reading.process", "NoEngineError"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealhub", description="乡镇平台 the township's hub")
    default = os.environ.get("SEALHUB_STATE", "var/hub")
    parser.add_argument("--state", default=default, help="状态目录 state folder (SEALHUB_STATE)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_init(commands)
    _add(commands, "migrate", _migrate, "更新数据库 bring the database up to date")
    for name, site, words in (
        ("serve", "staff", "工作人员网站 the staff's site"),
        ("public", "public", "村民网站 the villagers' site"),
        ("blobs", "blobs", "印章机上传 the machines' uploads (mutual TLS)"),
    ):
        site_parser = _add(commands, name, _serve, words)
        site_parser.set_defaults(site=site)
        site_parser.add_argument("--listen", required=True, metavar="HOST:PORT")
    _add(commands, "ingest", _ingest, "接收记录 take in the machines' entries")
    _add(commands, "replay", _replay, "补回旧备份缺少的 what a restored database lacks")
    _add(commands, "work", _work, "发布清单 publish the machines' lists")
    _add(commands, "cosign", _cosign, "请县级见证 ask the county's witnesses")
    carry = _add(commands, "carry", _carry, "U盘来回 both ways with a USB stick")
    carry.add_argument("folder", type=Path, help="U盘的位置 where the stick is mounted")
    _add(commands, "read", _read, "比对照片文字 compare the text of photos")
    lists = _group(commands, "list", "清单 lists")
    importer = _add(lists, "import", _import, "导入授权清单 import the officers' package")
    importer.add_argument("file", type=Path)
    importer.add_argument("--root-sha256", type=_sha256, metavar="HEX")
    broker = _add(_group(commands, "broker", "消息中间件 broker"), "config", _broker, "mosquitto")
    broker.add_argument("folder", type=Path)
    machine = _group(commands, "machine", "印章机 machines")
    certificate = _add(machine, "certificate", _certificate, "签发证书 sign a machine's request")
    certificate.add_argument("device")
    certificate.add_argument("csr", type=Path)
    certificate.add_argument("out", type=Path)
    exporter = _group(commands, "receipt", "收据 receipts for other systems")
    export = _add(exporter, "export", _receipt, "导出 COSE 收据 a COSE receipt (RFC 9942)")
    export.add_argument("entry", type=_sha256, help="记录指纹 entry hash")
    export.add_argument("out", type=Path)
    token = _add(_group(commands, "token", "检查令牌 tokens"), "new", _token, "新令牌 a new token")
    token.add_argument("name")
    return parser


def _add_init(commands: Any) -> None:
    init = _add(commands, "init", _init, "建立平台 make a new hub")
    init.add_argument("--staff", default="http://hub.localhost:8700", metavar="ORIGIN")
    init.add_argument("--public", default="http://public.localhost:8701", metavar="ORIGIN")
    init.add_argument("--county", default="http://county.localhost:8702", metavar="ORIGIN")
    init.add_argument("--rp-id", default="hub.localhost", help="登录域名 log-in domain (WebAuthn)")
    init.add_argument("--mqtt-host", default="127.0.0.1")
    init.add_argument("--mqtt-port", type=int, default=8706)
    init.add_argument("--name", nargs="+", default=["localhost", "127.0.0.1"], help="TLS")
    init.add_argument("--log-name", default="township.localhost/log")
    init.add_argument("--township", type=int, default=1, choices=range(1, 100), metavar="1-99")
    init.add_argument("--root-sha256", type=_sha256, metavar="HEX")


def _add(commands: Any, name: str, command: Command, words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    made.set_defaults(command=command)
    return made


def _group(commands: Any, name: str, words: str) -> Any:
    made = commands.add_parser(name, help=words, description=words)
    return made.add_subparsers(required=True, metavar="COMMAND")


def _sha256(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("64 hexadecimal digits expected")
    return value


if __name__ == "__main__":
    sys.exit(main())
