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
        enrol=arguments.enrol,
        blobs=arguments.blobs,
    )
    if arguments.root_sha256 is not None:
        pin_root(state, arguments.root_sha256)
    print(f"log key  {made.log_vkey}\nlist key {made.list_public}\nca       {made.ca}")


def _migrate(_: argparse.Namespace) -> None:
    _django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from hub.config import config
    from hub.devices.ca import ensure_crl

    ensure_crl(config().broker.ca.parent)


def _serve(arguments: argparse.Namespace) -> None:
    _django()
    from hub.serve import run

    run(arguments.listen, arguments.site)


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
    from hub.devices import certificates, commands
    from hub.devices.broker import write_config

    broker = config().broker
    path = write_config(
        arguments.folder,
        tls=broker.ca.parent,
        host=broker.host,
        port=broker.port,
        revoked=certificates.revoked_devices(),
    )
    commands.remember_broker(config(), arguments.folder)
    print(f"mosquitto -c {path}")


def _certificate(arguments: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.devices import certificates

    authority = certificates.Authority(config().broker.ca.parent, config().machines.machine_days)
    device, csr = arguments.device, arguments.csr.read_bytes()
    arguments.out.write_bytes(certificates.issue(authority, device, csr, now_ms()))
    print(f"{arguments.out}: {device}")


def _devices(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.devices.commands import COMMANDS

    COMMANDS[arguments.devices](config(), arguments)


def _ca(arguments: argparse.Namespace) -> None:
    _django()
    from hub.config import config
    from hub.devices.ca_commands import COMMANDS

    COMMANDS[arguments.ca](config(), arguments)


def _release(arguments: argparse.Namespace) -> None:
    _django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.devices.releases import import_folder

    for name in import_folder(arguments.folder, config(), now_ms()):
        print(name)


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


def _next_key(arguments: argparse.Namespace) -> None:
    _django()
    from hub import rekey
    from hub.config import config

    made = rekey.prepare(config(), arguments.which)
    print(f"公钥 public key: {made.public}" + (f"\nlog key  {made.vkey}" if made.vkey else ""))


def _switch_key(arguments: argparse.Namespace) -> None:
    _django()
    from hub import rekey
    from hub.config import config

    rekey.switch(config(), arguments.which)
    print(f"已换上新密钥 the next key is in place: {arguments.which}")


def _revoke(arguments: argparse.Namespace) -> None:
    _django()
    from hub import revoke
    from hub.clock import now_ms

    kind, lift = arguments.kind, arguments.lift
    value = revoke.revoke(kind, arguments.id, arguments.reason, now_ms(), lift=lift)
    done = "已恢复 given back" if lift else "已吊销 revoked"
    print(f"{done}: {kind} {value}")


def _revoked(_: argparse.Namespace) -> None:
    _django()
    from hub import revoke

    for one in revoke.in_force():
        print(f"{one.kind} {one.value}: {one.reason}")


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
    if type(error).__module__ == "django.db.utils":
        return f"数据库不能用，请恢复备份。 The database cannot be used; restore it: {error}"
    known = getattr(error, "refusal", None)
    if known is None:
        return str(error)
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
    ("hub.devices.invitations", "InvitationError"),
    ("wire.provisioning.reasons", "NotProvisioned"),
    ("django.db.utils", "DatabaseError"),
    ("hub.log.export", "ExportError"),
    ("hub.log.keys", "LogKeyError"),
    ("hub.devices.authority", "NoAuthorityError"),
    ("hub.revoke", "RevokeError"),
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
        ("enrol", "enrol", "印章机领取证书 certificates for machines (TLS)"),
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
    _add_devices(commands)
    _add_ca(commands)
    _add_revocations(commands)
    _add_keys(commands)
    release = _add(
        _group(commands, "release", "机器软件 the machines' software"),
        "import",
        _release,
        "导入软件发布 hand a signed release to the machines",
    )
    release.add_argument("folder", type=Path)
    token = _add(_group(commands, "token", "检查令牌 tokens"), "new", _token, "新令牌 a new token")
    token.add_argument("name")
    return parser


def _add_devices(commands: Any) -> None:
    devices = _group(commands, "device", "设备 machines' tokens and certificates")
    for name, words in (
        ("add", "生成一次性开通码 a one-time token for a machine"),
        ("list", "所有设备 all machines"),
        ("show", "一台设备 one machine"),
        ("revoke", "吊销证书 shut a machine out"),
    ):
        made = _add(devices, name, _devices, words)
        made.set_defaults(devices=name)
        if name != "list":
            made.add_argument("device")
        if name == "add":
            made.add_argument("--village", required=True)
            made.add_argument("--serial", help="主板序列号 the board's serial number")
            made.add_argument("--replaces", metavar="DEVICE", help="替换的旧设备 a broken machine")
            made.add_argument("--days", type=_days, help="有效天数，否则一小时 days, else one hour")
            made.add_argument("--svg", type=Path, metavar="FILE", help="二维码 the QR code")
    own = _group(commands, "certificates", "平台证书 the hub's own certificates")
    _add(own, "renew", _devices, "换发 new certificates").set_defaults(devices="renew")


def _add_ca(commands: Any) -> None:
    cas = _group(commands, "ca", "设备证书机构 the device CA")
    for name, words in (
        ("next", "备好下一个 make the next one"),
        ("status", "换到哪一步了 how far the change has come"),
        ("retire", "停用旧的 the next takes its place"),
    ):
        _add(cas, name, _ca, words).set_defaults(ca=name)
    cas.choices["retire"].add_argument(
        "--now", action="store_true", help="不等未换的机器 whoever is not over yet"
    )


def _add_revocations(commands: Any) -> None:
    revoke = _group(commands, "revoke", "立即吊销 take back at once")
    for kind, words in (
        ("person", "一个人 a person"),
        ("passkey", "一把通行密钥 a passkey"),
        ("grant", "一份已批的申请 an approved application"),
    ):
        one = _add(revoke, kind, _revoke, words)
        one.set_defaults(kind=kind)
        one.add_argument("id", metavar="ID")
        one.add_argument("--reason", required=True, help="原因 why, kept for ever")
        one.add_argument("--lift", action="store_true", help="恢复 give it back")
    _add(revoke, "list", _revoked, "已吊销的 all that is revoked")


def _add_keys(commands: Any) -> None:
    keys = _group(commands, "key", "平台在线密钥 the hub's online keys")
    for name, command, words in (
        ("next", _next_key, "备好下一把 make the next one"),
        ("switch", _switch_key, "换上 put it in place"),
    ):
        one = _add(keys, name, command, words)
        one.add_argument(
            "which", choices=("log", "list"), help="日志或清单 the log's or the list's"
        )


def _add_init(commands: Any) -> None:
    init = _add(commands, "init", _init, "建立平台 make a new hub")
    init.add_argument("--staff", default="http://hub.localhost:8700", metavar="ORIGIN")
    init.add_argument("--public", default="http://public.localhost:8701", metavar="ORIGIN")
    init.add_argument("--county", default="http://county.localhost:8702", metavar="ORIGIN")
    init.add_argument("--rp-id", default="hub.localhost", help="登录域名 log-in domain (WebAuthn)")
    init.add_argument("--mqtt-host", default="127.0.0.1")
    init.add_argument("--mqtt-port", type=int, default=8706)
    init.add_argument("--name", nargs="+", default=["localhost", "127.0.0.1"], help="TLS")
    init.add_argument("--enrol", metavar="URL", help="https://host:port, 默认 default :8707")
    init.add_argument("--blobs", metavar="URL", help="https://host:port, 默认 default :8705")
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


def _days(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 60:
        raise ValueError("1 to 60 days expected")
    return value


def _sha256(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("64 hexadecimal digits expected")
    return value


if __name__ == "__main__":
    sys.exit(main())
