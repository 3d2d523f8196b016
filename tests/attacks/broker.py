"""Whoever reaches the township's broker with a raw client: mosquitto with the hub's configuration.

Calls `tests.support.broker_clients`. What the broker says is its TLS alert or MQTT 5 reason.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from cryptography import x509

from hub.devices import ca
from tests.attacks.model import Attack, Notice, Play, Stage, Watch
from tests.support.broker_clients import Brokered, Pair, Raw, RefusedError, reissue

OWN, OTHER = "sunrise-1", "sunset-1"
FORMER, GONE = "sunrise-2", "sunrise-3"
UP, LIST = "seal/v1/{}/up/entry", "seal/v1/{}/down/list"
GOOD = ("success", "no_matching_subscribers")
BIG = 6 << 20


@contextmanager
def township(stage: Stage) -> Iterator[Brokered]:
    """A broker to which nobody is connected yet."""
    made = Brokered(stage.folder())
    try:
        yield made
    finally:
        made.close()


@contextmanager
def township_of_now(stage: Stage) -> Iterator[Brokered]:
    """One that changed its CA after FORMER got a certificate, and then revoked that of GONE."""
    made = Brokered(stage.folder())
    made.pair(FORMER)
    ca.create_ca(made.tls / ca.NEXT)
    ca.take_over(made.tls, made.tls / ca.NEXT)
    for name in ca.OWN:
        ca.renew(made.tls, name, 30)
    gone = x509.load_pem_x509_certificate(made.pair(GONE).certificate.read_bytes())
    (made.tls / "crl.pem").unlink()
    shutil.rmtree(made.tls / ca.NEXT)
    ca.write_crl(made.tls, [gone.serial_number])
    made.broker.stop()
    made.broker.start()
    try:
        yield made
    finally:
        made.close()


def said(call: Callable[[], str]) -> Notice | None:
    """The broker's reason for not doing it."""
    watch = Watch()
    try:
        reason = call()
    except RefusedError as error:
        reason = error.reason
    return None if reason in GOOD else Notice("broker", reason, watch.when)


def connecting(
    choose: Callable[[Stage, Brokered], Pair | None],
    town_of: Callable[[Stage], AbstractContextManager[Brokered]] = township,
) -> Play:
    """Somebody connects with this certificate, or with none."""

    def play(stage: Stage) -> Notice | None:
        town = stage.share(town_of)
        pair = choose(stage, town)

        def connect() -> str:
            with town.raw(pair) as line:
                line.connect()
            return GOOD[0]

        return said(connect)

    return play


def speaking(act: Callable[[Raw], str], device: str = OWN) -> Play:
    """A machine's own certificate, stolen or not, does that."""

    def play(stage: Stage) -> Notice | None:
        town = stage.share(township)

        def speak() -> str:
            with town.raw(town.pair(device)) as line:
                line.connect()
                return act(line)

        return said(speak)

    return play


def listening(*topics: str, device: str) -> Play:
    """What that machine hears of the list and the entries of another, while the owner hears."""

    def play(stage: Stage) -> Notice | None:
        town, watch = stage.share(township), Watch()
        spy = town.machine(device, "", *topics)
        work = town.process(ca.WORK)
        ingest = town.process(ca.INGEST, "seal/v1/+/up/#")
        owner = town.machine(OWN, "", LIST.format(OWN))
        work.link.publish(LIST.format(OWN), b"the list")
        owner.link.publish(UP.format(OWN), b"an entry")
        owner.until(lambda: owner.heard, "its list")
        ingest.until(lambda: ingest.heard, "its entry")
        work.link.publish(LIST.format(device), b"the end")
        spy.until(lambda: (LIST.format(device), b"the end") in spy.heard, "its own list")
        told = [topic for topic, _ in spy.heard if f"/{device}/" not in topic]
        for one in (spy, work, ingest, owner):
            one.link.stop()
        return None if device == OWN or told else Notice("broker", "not_delivered", watch.when)

    return play


def _by_name(name: str) -> Callable[[Stage, Brokered], Pair]:
    def choose(stage: Stage, town: Brokered) -> Pair:
        del stage
        return town.pair(name)

    return choose


def _own(stage: Stage, town: Brokered) -> Pair:
    del stage
    return town.pair(OWN)


def _none(stage: Stage, town: Brokered) -> None:
    del stage, town


def _foreign(stage: Stage, town: Brokered) -> Pair:
    """In the hub's own name, by another authority."""
    del town
    folder = stage.folder() / "other"
    ca.create_ca(folder)
    ca.issue_client(folder, ca.INGEST)
    return Pair(folder / f"{ca.INGEST}.pem", folder / f"{ca.INGEST}.key")


def _servers(stage: Stage, town: Brokered) -> Pair:
    del stage
    return Pair(town.tls / "server.pem", town.tls / "server.key")


def _ended(days: int) -> Callable[[Stage, Brokered], Pair]:
    def choose(stage: Stage, town: Brokered) -> Pair:
        return reissue(town.tls, town.pair(OWN), stage.folder() / "again.pem", days=days)

    return choose


def _publishes(topic: str, payload: bytes = b"x", *, retain: bool = False) -> Play:
    return speaking(lambda line: line.publish(topic, payload, retain=retain))


def _oversized(size: int) -> Play:
    """A packet that says it has so many bytes."""

    def act(line: Raw) -> str:
        topic = UP.format(OWN).encode()
        head = len(topic).to_bytes(2) + topic + b"\0\1\0"
        body = b"" if size > BIG // 2 else bytes(size)
        line.send(0x32, head + body, claimed=len(head) + size)
        return line.acknowledged()

    return speaking(act)


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play) -> Attack:
    return Attack(name, zh, en, "broker", code, play, control)


MINE = connecting(_own)
NOW = connecting(_own, township_of_now)
SPEAKS = _publishes(UP.format(OWN))
HEARS = listening(LIST.format(OWN), device=OWN)
ATTACKS = (
    _row("unknown certificate", "别的机构签的证书，自称接收进程",
         "a certificate of another authority in the hub's name", "tlsv1_alert_unknown_ca",
         connecting(_foreign), MINE),
    _row("no certificate", "没有证书", "no certificate", "sslv3_alert_handshake_failure",
         connecting(_none), MINE),
    _row("expired certificate", "过期证书", "an expired certificate",
         "sslv3_alert_certificate_expired", connecting(_ended(-1)), connecting(_ended(1))),
    _row("revoked certificate", "已吊销的证书", "a certificate that the township revoked",
         "sslv3_alert_certificate_revoked", connecting(_by_name(GONE), township_of_now),
         NOW),
    _row("certificate of a former CA", "已换掉的证书机构签的证书",
         "a certificate by the CA that was replaced, as a thief of its key makes it",
         "tlsv1_alert_unknown_ca", connecting(_by_name(FORMER), township_of_now), NOW),
    _row("server certificate", "拿服务器证书当客户端", "a server's certificate as a client's",
         "sslv3_alert_unsupported_certificate", connecting(_servers), MINE),
    _row("another machine's topic", "盗用证书往别的机器的主题发记录",
         "a stolen TLS key speaks on another machine's topic", "not_authorized",
         _publishes(UP.format(OTHER)), SPEAKS),
    _row("retained poison as a list", "机器给自己留一份假清单",
         "retained poison in the place of a list", "not_authorized",
         _publishes(LIST.format(OWN), b"poison", retain=True), SPEAKS),
    _row("retained poison for another", "给别的机器留毒消息",
         "retained poison for another machine", "not_authorized",
         _publishes(LIST.format(OTHER), b"poison", retain=True), SPEAKS),
    _row("wildcard publish", "往通配主题发消息", "publishing to a wildcard", "protocol_error",
         _publishes("seal/v1/+/up/entry"), SPEAKS),
    _row("wildcard subscription", "用通配符偷听全镇", "subscribing to everything", "not_delivered",
         listening("#", "seal/v1/#", "seal/v1/+/down/+", "$share/spies/seal/v1/+/up/+",
                   device=OTHER), HEARS),
    _row("oversized packet", "超大消息", "an oversized packet", "packet_too_large",
         _oversized(BIG), _oversized(1000)),
)  # fmt: skip
