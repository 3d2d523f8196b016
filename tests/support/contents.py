"""The contents of the invented township's lists: people, items, policy, machine. Pure."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from demo.authenticator import Authenticator
from wire.lists.content import (
    Catalogue,
    Item,
    Machine,
    Machines,
    Passkey,
    Person,
    Policy,
    Roster,
    Seal,
    Step,
    Term,
)
from wire.sig import USUAL, PublicKey

NOW: Final = 1_793_577_600_000  # 2026-11-02 00:00 UTC
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
YEAR: Final = 366 * DAY
VILLAGE: Final = "sunrise"
VILLAGE_NAME: Final = "晨光村"
DEVICE: Final = "sunrise-1"
RP_ID: Final = "county.localhost"
ORIGIN: Final = "http://county.localhost:8702"

NAMES: Final = {
    "jia": "甲一明",
    "yi": "乙二亮",
    "bing": "丙三晴",
    "ding": "丁四朗",
    "wu": "戊五辉",
    "ji": "己六晓",
    "geng": "庚七晨",
    "xin": "辛八曦",
}
OFFICES: Final[Mapping[str, tuple[str, ...]]] = {
    "jia": ("village.secretary",),
    "yi": ("village.director",),
    "bing": ("village.supervisor",),
    "ding": ("village.cooperative",),
    "wu": ("village.operator",),
    "ji": ("village.operator",),
    "geng": ("village.clerk",),
    "xin": (),
}
OFFICE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "village.secretary": ("村党组织书记", "party secretary"),
    "village.director": ("村委会主任", "village director"),
    "village.supervisor": ("村务监督委员会主任", "head of supervision"),
    "village.cooperative": ("股份经济合作社社长", "cooperative chair"),
    "village.operator": ("用印员", "operator"),
    "village.clerk": ("文书", "clerk"),
}
DIRECTOR: Final = Step(
    "director", "village.director", ("village.cooperative", "village.supervisor")
)
SECRETARY: Final = Step(
    "secretary", "village.secretary", ("village.supervisor", "village.cooperative")
)
CHAIN_OF_TWO: Final = (DIRECTOR, SECRETARY)
CHAIR: Final = Step("chair", "village.cooperative", ("village.director", "village.supervisor"))


def item(name: str, zh: str, seal: str, *chain: Step, cls: str = "allowed") -> Item:
    """An item of the given class; forbidden and escalated ones say where to go instead."""
    elsewhere = cls != "allowed"
    return Item(
        id=name,
        zh=zh,
        en=name,
        cls=cls,
        seals=(seal,),
        chain=chain,
        impressions_max=3,
        seams_max=2,
        days_valid=30,
        same_page=True,
        applicant_may_operate=True,
        emergency=False,
        where_zh="请到镇便民服务中心办理" if elsewhere else "",
        where_en="Go to the township's service centre" if elsewhere else "",
        phone="0577-0000000" if elsewhere else "",
        basis="示例",
    )


def catalogue(*items: Item) -> Catalogue:
    """Version 1 with these items, or with three allowed, one forbidden and one escalated."""
    chosen = items or (
        item("residence", "居住证明", "committee", DIRECTOR, SECRETARY),
        item("membership", "党员组织关系迁转", "party", DIRECTOR, SECRETARY),
        item("contract", "土地承包合同", "cooperative", CHAIR, SECRETARY),
        item("kinship", "亲属关系证明", "committee", cls="forbidden"),
        item("dispute", "权属争议说明", "committee", cls="escalate"),
    )
    return Catalogue(1, "示例县", "2026-01-01", {one.id: one for one in chosen})


def policy() -> Policy:
    public = bytes([1]) + sha256(b"log key").digest()
    name = "town.example/log"
    key_id = sha256(name.encode() + b"\n" + public).digest()[:4].hex()
    return Policy(
        version=1,
        township="town",
        township_name="示例镇",
        rp_id=RP_ID,
        origins=(ORIGIN,),
        log_origin=name,
        log_key=f"{name}+{key_id}+{b64encode(public).decode()}",
        witnesses=(),
        quorum=0,
        witness_max_age_s=48 * 3600,
        receipts_max_age_s=72 * 3600,
        receipts_max_count=200,
        unlock_ms=5000,
        press_timeout_ms=20_000,
        clock_floor_stamps=20,
        logins=("pin", "card_pin", "fingerprint"),
        pin_attempts=5,
        pin_lock_s=300,
        emergency_after_s=24 * 3600,
        emergency_presses=3,
        officers_operate=False,
        supervisors=("village.supervisor", "village.secretary"),
        suites=USUAL,
        offices=OFFICE_NAMES,
    )


def person(name: str, offices: tuple[str, ...], *passkeys: Passkey, now_ms: int = NOW) -> Person:
    """A person in office from a year before now_ms to two years after it."""
    terms = tuple(Term(office, now_ms - YEAR, now_ms + 2 * YEAR) for office in offices)
    return Person(name, NAMES.get(name, name), terms, passkeys, ())


def roster(
    authenticators: Mapping[str, Authenticator],
    offices: Mapping[str, tuple[str, ...]] = OFFICES,
    now_ms: int = NOW,
) -> Roster:
    """Version 1 with one passkey for each authenticator's owner."""
    persons = {}
    for name, held in offices.items():
        key = authenticators[name].passkey(RP_ID)
        persons[name] = person(name, held, Passkey(key.id, key.public_key), now_ms=now_ms)
    return Roster(1, VILLAGE, persons)


def machines(key: PublicKey) -> Machines:
    """One machine with the village's three seals."""
    seals = (
        Seal("seal-party", "party", "晨光村党组织章", 1, "A1", "active"),
        Seal("seal-committee", "committee", "晨光村村民委员会章", 2, "A2", "active"),
        Seal("seal-cooperative", "cooperative", "晨光村股份经济合作社章", 3, "A3", "active"),
    )
    machine = Machine(DEVICE, VILLAGE, VILLAGE_NAME, key.alg, key.public, "active", seals)
    return Machines(1, {DEVICE: machine})
