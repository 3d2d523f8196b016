"""Thieves of a label, of a stick, of a wire: how a machine joins its township, and who is let in.

Calls `tests.provisioning.rig`. The enrolment site is the hub's own process, and whoever joins runs
the machine's own command, or says to the site whatever he likes.
"""

import hashlib
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.devices import ca
from sealctl.signer import FileSigner
from sync import enrol
from sync.enrolment import Site, under
from tests.attacks.model import Attack, Notice, Play, Stage, Watch
from tests.provisioning.impostor import serving
from tests.provisioning.rig import Field, request_by
from tests.support.contents import DEVICE
from wire.provisioning import messages, proof, token
from wire.provisioning.messages import Join, Recovery
from wire.provisioning.proof import Proof
from wire.provisioning.reasons import NotProvisioned

ELSEWHERE = "127.0.0.9"
"""Where a guesser asks from: the site counts requests by address."""
_NUMBERS = count(1)


@contextmanager
def township(stage: Stage) -> Iterator[Field]:
    """A hub with its enrolment site."""
    made = Field.open(stage.folder())
    try:
        yield made
    finally:
        made.close()


class Newcomer:
    """A device that nobody has seen yet, with its label, and the folder of whoever joins as it."""

    def __init__(self, stage: Stage, *, serial: str = "") -> None:
        self.town = stage.share(township)
        self.device = f"m-{next(_NUMBERS)}"
        self.field = replace(self.town.another(self.device), device=self.device)
        self.label = self.town.token(self.device, serial=serial)
        self.hand = FileSigner(Ed25519PrivateKey.generate())

    @property
    def tls(self) -> Path:
        return self.town.hub.state / "tls"

    def site(self, pair: tuple[Path, Path] | None = None) -> Site:
        """The enrolment site, for whoever has this certificate or none."""
        tls = under(ca.certificate(self.tls))
        if pair is not None:
            tls.load_cert_chain(*pair)
        return Site(f"https://127.0.0.1:{self.town.port}", tls)

    def asks(self, label: str = "", *, name: str = "", hand: FileSigner | None = None) -> Join:
        """What somebody's own program says with a label."""
        return request_by(label or self.label, name=name or self.device, signer=hand or self.hand)

    def joins(self) -> tuple[Path, Path]:
        """Let in by a thief's own program, with a certificate and no record key on any list."""
        csr_key = enrol.new_key()
        asked = self.asks()
        csr = enrol.request_of(csr_key, self.device)
        made = token.decode(self.label)
        wanted = Proof("join", self.device, made.name, enrol.request_hash(csr))
        asked = replace(asked, csr=csr, proof=self.hand.sign(proof.encode(wanted)))
        certificate = self.field.folder / "stolen.pem"
        certificate.write_bytes(self.site().join(asked).certificate + enrol.pem_of(csr_key))
        return certificate, certificate

    def listed(self, state: str = "active") -> None:
        """The officers name this device with its record key."""
        key = self.hand.public_key
        machine = self.town.hub.township.machine
        shown = replace(
            machine, device=self.device, alg=key.alg, public_key=key.public, state=state
        )
        self.town.enlist(shown)

    def recovery(self, hand: FileSigner, challenge: str = "") -> Recovery:
        """A certificate asked for by a record key."""
        csr = enrol.request_of(enrol.new_key(), self.device)
        text = challenge or self.site().challenge(self.device)
        named = hashlib.sha256(text.encode()).digest()
        wanted = Proof("recover", self.device, named, enrol.request_hash(csr))
        return Recovery(self.device, text, csr, hand.sign(proof.encode(wanted)))


Act = Callable[[Newcomer], object]


def asked(act: Act, by: str = "enrol", *, serial: str = "") -> Play:
    """What comes of it; the code is the hub's own, or the machine's where it believes no hub."""

    def play(stage: Stage) -> Notice | None:
        newcomer = Newcomer(stage, serial=serial)
        watch = Watch()
        try:
            act(newcomer)
        except NotProvisioned as refused:
            return Notice(by, refused.code, watch.when)
        return None

    return play


def commanded(words: Callable[[Newcomer], tuple[str, ...]], by: str, serial: str = "") -> Play:
    """`sealctl provision` with these words."""

    def play(stage: Stage) -> Notice | None:
        newcomer = Newcomer(stage, serial=serial)
        return _said(newcomer, words(newcomer), by)

    return play


def _said(one: Newcomer, words: tuple[str, ...], by: str) -> Notice | None:
    watch = Watch()
    done = one.field.here(*words)
    if done.returncode == 0:
        return None
    code = done.stderr.strip().splitlines()[-1].partition("[")[2].partition("]")[0]
    return Notice(by, code, watch.when)


def _label(one: Newcomer, *more: str) -> tuple[str, ...]:
    return one.field.words(one.label, *more)


def _photographed(one: Newcomer) -> tuple[str, ...]:
    """A thief used the label first; then comes the machine itself."""
    one.joins()
    return _label(one)


def _other_device(one: Newcomer) -> object:
    return one.site().join(one.asks(name=DEVICE))


def _late(one: Newcomer) -> tuple[str, ...]:
    """The township's clock is past the token's end."""
    with closing(sqlite3.connect(one.town.hub.state / "hub.sqlite3", timeout=20)) as database:
        name = token.decode(one.label).name
        database.execute("UPDATE devices_invitation SET expires_ms = 1 WHERE name = ?", (name,))
        database.commit()
    return _label(one)


def _guessed(one: Newcomer) -> object:
    made = replace(token.decode(one.label), secret=bytes(16))
    return one.site().join(one.asks(token.encode(made)))


def _from_the_database(one: Newcomer) -> object:
    made = token.decode(one.label)
    return one.site().join(one.asks(token.encode(replace(made, secret=made.name[:16]))))


def _guessing(times: int) -> Play:
    """So many guesses, one right after the other."""

    def play(stage: Stage) -> Notice | None:
        one, watch = Newcomer(stage), Watch()
        guess = replace(one.asks(), secret=bytes(16))
        tls: ssl.SSLContext = under(ca.certificate(one.tls))
        way = httpx.HTTPTransport(verify=tls, local_address=ELSEWHERE, trust_env=False)
        url = f"https://127.0.0.1:{one.town.port}{messages.JOIN}"
        with httpx.Client(transport=way) as client:
            for _ in range(times):
                if client.post(url, content=messages.encode(guess)).status_code == 429:
                    return Notice("enrol", "too_many", watch.when)
        return None

    return play


def _of_a_listed_machine(one: Newcomer) -> object:
    one.listed()
    return one.site().join(one.asks(hand=FileSigner(Ed25519PrivateKey.generate())))


def _listed_first(one: Newcomer) -> object:
    one.listed()
    return one.site().join(one.asks())


def _swapped_request(one: Newcomer) -> object:
    return one.site().join(replace(one.asks(), csr=one.asks().csr))


def _copied_key(one: Newcomer) -> object:
    one.site().join(one.asks())
    other = f"{one.device}-x"
    return one.site().join(one.asks(one.town.token(other), name=other))


def false_hub(*, shows_true_ca: bool) -> Play:
    """Somebody on the wire answers under a CA of his own, and shows that one, or the true one's
    certificate, which is no secret.
    """

    def play(stage: Stage) -> Notice | None:
        one = Newcomer(stage)
        false = one.field.folder.parent / f"{one.device}-false"
        ca.create_ca(false)
        ca.issue_server(false, ["127.0.0.1"])
        pem = ca.certificate(one.tls if shows_true_ca else false)
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(pem), pem)
        with serving(false, answer) as port:
            words = _label(one, "--hub", f"https://127.0.0.1:{port}")
            return _said(one, words, "provision")

    return play


def _false_county(one: Newcomer) -> tuple[str, ...]:
    """The hub's county is not the one of the county's own paper."""
    return _label(one, "--root-sha256", hashlib.sha256(b"the county").hexdigest())


def _by_the_former_ca(one: Newcomer) -> object:
    """A machine whose list names a newer CA meets a hub by the one that was stolen."""
    newer = one.field.folder / "newer"
    ca.create_ca(newer)
    url = f"https://127.0.0.1:{one.town.port}"
    return Site(url, under(ca.certificate(newer))).challenge(one.device)


def _renewed_unlisted(one: Newcomer) -> object:
    return one.site(one.joins()).renew(enrol.request_of(enrol.new_key(), one.device))


def _renewed_listed(one: Newcomer) -> object:
    one.listed()
    return one.site(one.joins()).renew(enrol.request_of(enrol.new_key(), one.device))


def _renewed_as_another(one: Newcomer) -> object:
    one.listed()
    return one.site(one.joins()).renew(enrol.request_of(enrol.new_key(), DEVICE))


def _renewed_by_a_ca_of_his(one: Newcomer) -> object:
    one.listed()
    csr = enrol.request_of(enrol.new_key(), one.device)
    return one.site(one.joins()).renew(csr, hashlib.sha256(b"the thief's CA").digest())


def _recovered(*, own: bool = True, state: str = "active", challenge: str = "") -> Act:
    """The machine, or who has all of it but its record key, asks for its certificate back."""

    def act(one: Newcomer) -> object:
        one.listed(state)
        hand = one.hand if own else FileSigner(Ed25519PrivateKey.generate())
        return one.site().recover(one.recovery(hand, challenge))

    return act


def _replacing_another(one: Newcomer) -> object:
    """The hub's label says nothing of the machine that the officers have replaced."""
    town = one.town.hub.township
    key = one.hand.public_key
    shown = replace(
        town.machine, device=one.device, alg=key.alg, public_key=key.public, replaces="sunrise-0"
    )
    one.town.enlist(shown)
    return one.site().join(one.asks())


def _row(
    name: str, zh: str, en: str, code: str, play: Play, control: Play, by: str = "enrol"
) -> Attack:
    return Attack(name, zh, en, by, code, play, control)


JOINS, LISTED = commanded(_label, "enrol"), asked(_listed_first)
SAYS = asked(lambda one: one.site().join(one.asks()))
RENEWS, RECOVERS = asked(_renewed_listed), asked(_recovered())
ON_BOARD = commanded(lambda one: _label(one, "--serial", "board-7"), "enrol", "board-7")
ATTACKS = (
    _row("a photographed token", "拍下标签上的开通码，抢先开通",
         "a thief's machine joins first by a label that he photographed", "token_used",
         commanded(_photographed, "enrol"), JOINS),
    _row("a token after its use", "捡到用过的标签再开通", "a label found after its use",
         "token_used", asked(lambda one: (one.joins(), one.joins())),
         asked(lambda one: one.joins())),
    _row("another device's token", "用别台设备的开通码", "a token made for another device",
         "token_other_device", asked(_other_device), SAYS),
    _row("another board's token", "换一块主板用开通码", "a token bound to another board",
         "serial_differs",
         commanded(lambda one: _label(one, "--serial", "board-8"), "enrol", "board-7"), ON_BOARD),
    _row("a token after its end", "用过期的开通码", "a token that has run out", "token_expired",
         commanded(_late, "enrol"), JOINS),
    _row("a guessed token", "猜开通码", "a guessed token", "token_unknown", asked(_guessed), SAYS),
    _row("guessing without end", "不停地猜开通码", "guessing tokens without end", "too_many",
         _guessing(200), _guessing(20)),
    _row("a stolen hash of a joining token", "拿数据库里的散列当开通码",
         "a token's hash from a stolen database", "token_unknown", asked(_from_the_database),
         SAYS),
    _row("a token of a listed machine", "用开通码冒充清单上的机器",
         "a stolen token used in the name of a listed machine, without its record key",
         "key_differs", asked(_of_a_listed_machine), LISTED),
    _row("a swapped request", "途中换掉证书申请", "the certificate request exchanged on the way",
         "proof_invalid", asked(_swapped_request), SAYS),
    _row("a copied card joins", "复制的存储卡开通成另一台", "a copied record key joins as another",
         "key_elsewhere", asked(_copied_key), SAYS),
    _row("a false hub at joining", "开通时冒充平台：假证书机构",
         "a man in the middle with a CA of his own while a machine joins", "hub_other",
         false_hub(shows_true_ca=False), JOINS, "provision"),
    _row("a false hub with the true CA", "开通时冒充平台：转交真的证书机构证书",
         "a man in the middle who shows the true CA and has no certificate of it", "hub_other",
         false_hub(shows_true_ca=True), JOINS, "provision"),
    _row("a false county at joining", "平台给出别县的根", "the hub hands out another county's root",
         "root_differs", commanded(_false_county, "provision"), JOINS, "provision"),
    _row("a hub of a former CA", "用被盗的旧证书机构冒充平台",
         "a false hub by a CA that the officers replaced", "hub_other",
         asked(_by_the_former_ca, "courier"), asked(lambda one: one.site().challenge(one.device)),
         "courier"),
    _row("joined and not listed", "抢先开通而不在清单上的机器续证",
         "a thief's machine that joined and that no officer listed", "unlisted",
         asked(_renewed_unlisted), RENEWS),
    _row("renewal as another", "替别的机器续证", "a certificate renewed in another machine's name",
         "request_invalid", asked(_renewed_as_another), RENEWS),
    _row("renewal by a CA of his own", "要求由别的证书机构续证",
         "a renewal asked of a CA that is not the township's", "request_invalid",
         asked(_renewed_by_a_ca_of_his), RENEWS),
    _row("recovery without the record key", "没有记录密钥而恢复证书",
         "a stolen TLS key asks for its certificate back", "proof_invalid",
         asked(_recovered(own=False)), RECOVERS),
    _row("an old challenge", "重放恢复证书的挑战值", "a challenge of another time",
         "challenge_stale", asked(_recovered(challenge="sunrise-1.00:1:x")), RECOVERS),
    _row("certificate of a suspended machine", "已停用的机器要求恢复证书",
         "a suspended machine asks for its certificate back", "suspended",
         asked(_recovered(state="suspended")), RECOVERS),
    _row("in another machine's place", "平台另立接替关系",
         "the hub joins a machine without the predecessor that the officers named",
         "replaces_differs", asked(_replacing_another), LISTED),
)  # fmt: skip
