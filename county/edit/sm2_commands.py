"""`sealcounty authority sm2 …`: people's SM2 keys, for approvals where passkeys are not available.

Calls `county.edit.{desk,people}`, `county.{days,possession,sm2_files}`.
"""

import argparse
from pathlib import Path

from county import days, possession, sm2_files
from county.authority import AuthorityError, Township
from county.edit import desk, people
from county.edit.desk import Clock
from county.possession import Possession
from wire.lists.content import Sm2Key


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    keys = actions.add_parser("sm2", help="国密密钥 SM2 keys")
    verbs = keys.add_subparsers(required=True)
    new = desk.command(verbs, "add", "登记文件和证书 from enrolment and certificate", _add, clock)
    new.add_argument("enrolment", type=Path)
    named = new.add_mutually_exclusive_group(required=True)
    named.add_argument("--certificate", type=Path, metavar="X509", help="PEM or DER")
    named.add_argument("--public", type=Path, metavar="PUB", help="公钥 public key, PEM or DER")
    new.add_argument("--from", dest="start", type=days.parse, metavar="YYYY-MM-DD")
    new.add_argument("--to", dest="end", type=days.parse, metavar="YYYY-MM-DD")
    gone = desk.command(verbs, "remove", "去掉 take one away", _remove, clock)
    gone.add_argument("person", metavar="ID")
    gone.add_argument("--key", required=True, metavar="HEX", help="开头几位 its beginning")


def _add(options: argparse.Namespace, township: Township) -> Township:
    proved = possession.read(options.enrolment.read_bytes(), township.policy)
    people.person_named(township, proved.witness)
    key = _certified(options) if options.certificate else _bare(options)
    _check(key, proved)
    return people.add_sm2_key(township, proved.person, key)


def _remove(options: argparse.Namespace, township: Township) -> Township:
    return people.remove_sm2_key(township, options.person, options.key)


def _certified(options: argparse.Namespace) -> Sm2Key:
    if options.start is not None or options.end is not None:
        raise AuthorityError(
            "有证书时以证书的有效期为准，不写 --from 和 --to。 "
            "The certificate says how long: no --from and --to."
        )
    return sm2_files.of_certificate(options.certificate.read_bytes())


def _bare(options: argparse.Namespace) -> Sm2Key:
    if options.start is None or options.end is None:
        raise AuthorityError("没有证书时要写 --from 和 --to。 Without a certificate: --from, --to.")
    if options.start >= options.end:
        raise AuthorityError("有效期的结束要在开始之后。 It ends after it starts.")
    point = sm2_files.of_public_key(options.public.read_bytes())
    return Sm2Key(point, None, options.start, options.end)


def _check(key: Sm2Key, proved: Possession) -> None:
    if key.public_key != proved.public_key:
        raise AuthorityError(
            "登记文件是另一把密钥的，与证书或公钥不配。 "
            "The enrolment is of another key than certificate or public key."
        )
