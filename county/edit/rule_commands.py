"""`sealcounty authority policy …`, `ca`, `log` and `catalogue …`.

Calls `county.edit.{desk,plain,rules}`, `county.{authority,files}`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from county import authority, files
from county.authority import AuthorityError, Township
from county.edit import desk, plain, rules
from county.edit.desk import Clock


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    policy = actions.add_parser("policy", help="政策 the policy").add_subparsers(required=True)
    one = desk.command(policy, "set", "改一项 one field", _set, clock)
    one.add_argument("name")
    one.add_argument("value", nargs="+")
    office = desk.command(policy, "office", "职务名称 the name of an office", _office, clock)
    office.add_argument("office", metavar="ID")
    office.add_argument("zh", metavar="名称")
    office.add_argument("en", metavar="NAME")
    cas = desk.command(actions, "ca", "设备证书机构 the hub's device CAs", _cas, clock)
    cas.add_argument(
        "certificates",
        type=Path,
        nargs="+",
        metavar="PEM",
        help="签发的那个放最后 the one that issues now comes last",
    )
    log = desk.command(actions, "log", "换成新日志 a new log after one that ended", _log, clock)
    log.add_argument("vkey", help="新日志公钥 the new log's key")
    words = "旧日志最后的检查点 the last head of the one in force"
    log.add_argument("--head", type=Path, required=True, metavar="FILE", help=words)
    _both_ways(policy, "TOML", _import_policy, _export_policy, clock)
    matters = actions.add_parser("catalogue", help="事项清单 the list of matters")
    verbs = matters.add_subparsers(required=True)
    _both_ways(verbs, "CSV|JSON|TOML", _import_catalogue, _export_catalogue, clock)
    alone = desk.command(
        verbs, "passkeys-only", "只能用通行密钥审批 approved by passkeys alone", _alone, clock
    )
    alone.add_argument("item", metavar="ID")
    alone.add_argument("value", metavar="true|false")


def _both_ways(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    forms: str,
    work: desk.Work,
    written: Callable[[argparse.Namespace, Township], bytes],
    clock: Clock,
) -> None:
    taken = desk.command(actions, "import", f"从文件读入 from a {forms} file", work, clock)
    taken.add_argument("file", type=Path, metavar=forms)
    words = f"写成文件，供修改 to a {forms} file, to be changed"
    given = actions.add_parser("export", help=words)
    given.add_argument("package", type=Path)
    given.add_argument("file", type=Path, metavar=forms)

    def export(options: argparse.Namespace) -> None:
        opened = authority.open_package(options.package.read_bytes())
        files.replace(options.file, written(options, authority.read_township(opened)))
        print(f"已写出 written: {options.file}")

    given.set_defaults(run=export)


def _export_policy(_options: argparse.Namespace, township: Township) -> bytes:
    return plain.to_toml(township.policy).encode()


def _export_catalogue(options: argparse.Namespace, township: Township) -> bytes:
    return rules.export_catalogue(township, _form(options.file))


def _form(file: Path) -> str:
    form = file.suffix.lower().removeprefix(".")
    if form not in rules.FORMS:
        known = "、".join(f".{one}" for one in rules.FORMS)
        raise AuthorityError(f"文件名要以 {known} 结尾。 The file's name ends in one of these.")
    return form


def _set(options: argparse.Namespace, township: Township) -> Township:
    return rules.set_policy(township, options.name, options.value)


def _cas(options: argparse.Namespace, township: Township) -> Township:
    return rules.name_cas(township, [path.read_bytes() for path in options.certificates])


def _alone(options: argparse.Namespace, township: Township) -> Township:
    alone = rules.yes("passkeys_only", options.value)
    return rules.demand_passkeys(township, options.item, alone=alone)


def _log(options: argparse.Namespace, township: Township) -> Township:
    return rules.renew_log(township, options.vkey, options.head.read_bytes())


def _office(options: argparse.Namespace, township: Township) -> Township:
    return rules.name_office(township, options.office, options.zh, options.en)


def _import_policy(options: argparse.Namespace, township: Township) -> Township:
    return rules.import_policy(township, options.file.read_text("utf-8"))


def _import_catalogue(options: argparse.Namespace, township: Township) -> Township:
    form = _form(options.file)
    return rules.import_catalogue(township, options.file.read_bytes(), form)
