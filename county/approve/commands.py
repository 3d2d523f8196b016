"""`sealcounty approve`: sign what the hub gave out, by an SM2 key, on the office's own computer.

Calls `county.{files,sm2_keys,words}`, `county.approve` and `wire.approval`. No network: what is
shown comes out of the file's own bytes, names out of the officers' package.
"""

import argparse
from pathlib import Path
from typing import Final

from county import files, sm2_keys
from county import words as commands
from county.approve import pictures, sheet, words
from county.approve.errors import ApproveError
from county.approve.sheet import Sheet
from county.authority import AuthorityError
from county.keys import KeyFileError
from county.sm2_keys import PersonsKey
from county.words import Areas
from hsm import place
from wire.approval import by_file, decision, sm2
from wire.approval.by_file import SigningAnswer
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature

ERRORS: Final = (ApproveError, AuthorityError, KeyFileError)
CHOICES: Final = {"同意": "approve", "approve": "approve", "退回": "return", "return": "return"}


def add(areas: Areas) -> None:
    """The area."""
    approve = areas.add_parser("approve", help="国密密钥审批 approve by an SM2 key")
    approve.add_argument("file", type=Path, help="平台给出的待签文件 what the hub gave out")
    approve.add_argument("--key", required=True, metavar="PEM", help="私钥 private key")
    approve.add_argument(
        "--package", type=Path, required=True, help="现行清单包 the officers' package in force"
    )
    approve.add_argument("--answer", type=Path, help="签好的文件 where the answer goes")
    approve.add_argument("--pages", type=Path, help="文件图片放在 where the pages go")
    approve.set_defaults(run=_approve)


def _approve(options: argparse.Namespace) -> None:
    key, answer = _key_file(options.key), options.answer or options.file.with_suffix(".signed")
    if answer.exists():
        raise ApproveError("there", str(answer))
    found = sheet.check(_read(options.file), sheet.register(options.package.read_bytes()))
    print("\n".join(words.lines(found)))
    _lay_out(found, options.pages or options.file.with_suffix(".pages"))
    verdict = _decided(found)
    with sm2_keys.opened(key, commands.secret) as held:
        sheet.check_key(found, held.public_key.public, commands.now_ms())
        files.replace(answer, _answer(found, verdict, held))
    print(f"已签名，请交回镇里的系统。 Signed; take it back to the township's system: {answer}")


def _key_file(text: str) -> Path:
    if place.is_uri(text):
        raise KeyFileError(
            "还不能用芯片里的 SM2 密钥签名，只能用密钥文件。 "
            "SM2 keys in PKCS#11 tokens are not supported yet: a key file only."
        )
    return Path(text)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(by_file.LIMIT + 1)


def _lay_out(found: Sheet, folder: Path) -> None:
    print("\n要盖章的文件 The pages to be stamped" if found.kind == "application" else "")
    if found.pictures:
        pictures.lay_out(folder, found.asked.pages, found.pictures)
        print(
            f"  共 {len(found.pictures)} 页，已核对，与申请一致。请逐页打开看：{folder} "
            "Checked: they are the application's. Open each of them."
        )
    elif found.kind == "application":
        print(f"  {words.WITHOUT_PAGES}")


def _decided(found: Sheet) -> str:
    """What the person types; nothing but a whole word decides."""
    print(f"\n您的决定 Your decision\n{words.who(found)}\n{words.WARNINGS[found.kind]}")
    question = "同意并签名，请输入“同意”；退回，请输入“退回”。 Type approve or return: "
    try:
        typed = input(question).strip().lower()
    except EOFError:
        typed = ""
    if typed not in CHOICES:
        raise ApproveError("undecided")
    return CHOICES[typed]


def _answer(found: Sheet, verdict: str, key: PersonsKey) -> bytes:
    asked = found.asked
    challenge = decision.challenge(
        found.kind, found.digest, asked.step, asked.person, verdict, asked.roster
    )
    proof = Sm2Signature(key.public_key.kid, key.sign(sm2.to_be_signed(challenge)))
    sm2.verify(proof, challenge=challenge, public_key=key.public_key.public)
    approval = Approval(asked.step, asked.person, verdict, asked.roster, proof)
    return by_file.encode_answer(SigningAnswer(found.digest, approval))
