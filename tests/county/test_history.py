"""What the county's index says of passkeys: all that they signed, nothing that does not hold."""

import json
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from county import pages_config
from county.history.desk import Desk, UnknownKeyError
from county.history.store import Store
from county.history.tickets import LIFE_S, TicketError, Tickets, challenge
from county.history.trust import HistoryError
from county.pages_config import PagesConfigError
from demo.authenticator import Authenticator
from tests.county.history_rig import MAX_AGE_S, HistoryRig
from tests.county.verify_rig import key_of
from tests.support import sm2_people
from tests.support.absences import LONGEST, granted, said
from tests.support.contents import DAY, DEVICE, NAMES, NOW, ORIGIN, RP_ID
from tests.support.sm2_people import Holder, equip
from tests.support.township import Keys, Township
from wire.approval import correction, decision, subject
from wire.approval.correction import Correction
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.lists.content import SignedCorrection
from wire.lists.leaf import list_leaf
from wire.tlog import note


@pytest.fixture
def rig(tmp_path: Path) -> HistoryRig:
    return HistoryRig.build(tmp_path, ORIGIN)


class County:
    """The desk with a clock that a test sets, and people who ask it."""

    def __init__(self, rig: HistoryRig) -> None:
        self.now_s = NOW // 1000
        self.tickets = Tickets(b"k" * 32, lambda: self.now_s, token_bytes)
        self.rig = rig
        histories = lambda: [rig.trust]  # noqa: E731
        self.desk = Desk(RP_ID, histories, self.tickets, lambda: self.now_s * 1000)

    def ask(self, device: Authenticator, **changes: Any) -> dict[str, Any]:
        """The history that this device's newest passkey opens, of the one township."""
        ticket = changes.pop("ticket", None) or self.tickets.new()
        origin = changes.pop("origin", ORIGIN)
        signed = device.get_assertion(
            RP_ID, origin, changes.pop("challenge", challenge(ticket)), **changes
        )
        told: list[dict[str, Any]] = self.desk.show(ticket, signed, every=True)["townships"]
        assert len(told) == 1
        return told[0]

    def titles(self, person: str) -> list[str]:
        return [one["title"] for one in self.ask(self.rig.person(person))["signed"]]


def test_each_sees_what_his_key_signed_and_what_became_of_it(rig: HistoryRig) -> None:
    stamped = rig.grant(title="居住证明", impressions=2)
    open_ = rig.grant(title="另一份", item="residence", seams=1)
    digest = rig.publish(stamped, open_)
    rig.journal.stamp(stamped.id, list_sha256=digest)
    rig.move()
    rig.settle()
    told = County(rig).ask(rig.person("yi"))
    assert told["total"] == 2
    first = next(one for one in told["signed"] if one["title"] == "居住证明")
    assert (first["item"], first["village"], first["seal"]) == (
        "居住证明",
        "晨光村",
        "晨光村村民委员会章",
    )
    assert (first["pages"], first["impressions"], first["step"]) == (1, 2, "村委会主任")
    assert first["decision"] == "approve"
    assert first["subject"] == stamped.id.hex()
    assert len(first["done"]) == 1
    assert first["reached"] is not None
    assert told["copy"]["complete"] is True
    assert told["copy"]["size"] == len(rig.leaves)


def test_another_persons_key_sees_nothing_of_mine(rig: HistoryRig) -> None:
    chair = rig.application(item="contract", seal="seal-cooperative", title="承包合同")
    given = [
        rig.township.approve(chair, "chair", "ding"),
        rig.township.approve(chair, "secretary", "jia"),
    ]
    rig.publish(rig.grant(title="居住证明"), rig.township.grant(chair, given))
    rig.settle()
    county = County(rig)
    assert county.titles("yi") == ["居住证明"]
    assert county.titles("ding") == ["承包合同"]
    assert sorted(county.titles("jia")) == ["居住证明", "承包合同"]
    assert county.titles("bing") == []


def test_of_others_no_more_than_a_family_name(rig: HistoryRig) -> None:
    rig.publish(rig.grant())
    rig.settle()
    told = County(rig).ask(rig.person("yi"))
    assert told["signed"][0]["applicant"] == "辛××"
    for words in ("八曦", "子女入学", "xin", "戊五辉"):
        assert words not in str(told["signed"])


def test_hub_and_signing_page_together_cannot_keep_a_false_subject_from_him(
    rig: HistoryRig,
) -> None:
    """He was shown a residence proof and signed a contract: the contract is what he sees."""
    false = rig.application(
        item="contract", seal="seal-cooperative", title="转让林地三十亩", created=NOW - 900_000_000
    )
    given = [rig.township.approve(false, "chair", "yi")]
    rig.publish(rig.township.grant(false, given))
    rig.publish()
    rig.settle()
    assert County(rig).titles("yi") == ["转让林地三十亩"], "also once no list holds it any more"


def test_what_his_sm2_key_signed_is_shown_to_his_passkey(rig: HistoryRig) -> None:
    """Whoever has only an SM2 key is not listed: a browser cannot ask him for it."""
    keys = {"yi": Holder(), "bing": Holder()}
    rig.township = equip(rig.township, {name: (one.listed(),) for name, one in keys.items()})
    persons = dict(rig.township.roster.persons)
    persons["bing"] = replace(persons["bing"], passkeys=())
    rig.township = rig.township.change(roster=replace(rig.township.roster, persons=persons))
    asked = rig.application(title="居住证明")
    given = (
        sm2_people.approve(rig.township, asked, "director", "yi", keys["yi"]),
        sm2_people.approve(rig.township, asked, "secretary", "jia", keys["yi"]),
    )
    false = rig.application(title="贷款担保")
    forged = sm2_people.approve(rig.township, false, "director", "yi", keys["bing"])
    assert isinstance(forged.proof, Sm2Signature)
    renamed = replace(forged, proof=replace(forged.proof, key=keys["yi"].kid))
    rig.publish(rig.township.grant(asked, given), rig.township.grant(false, (renamed,)))
    rig.settle()
    county = County(rig)
    (told,) = county.ask(rig.person("yi"))["signed"]
    assert (told["title"], told["credential"]) == ("居住证明", keys["yi"].kid.hex())
    assert county.titles("jia") == [], "in his name, by no key of his"
    (village,) = county.desk.people()[0]["villages"]
    names = [one["id"] for one in village["people"]]
    assert ("yi" in names, "bing" in names) == (True, False)
    offered = county.desk.ask(rig.trust.number, village["id"], "yi")[1]
    assert offered == [one.credential for one in persons["yi"].passkeys]


def test_a_correction_signed_is_shown(rig: HistoryRig) -> None:
    made = Correction(
        id=bytes(32),
        village="sunrise",
        device=DEVICE,
        machine=rig.township.machine.kid,
        item="residence",
        stamped=3,
        entry=bytes(32),
        state="cancelled",
        reason="姓名写错",
        replacement=None,
        created=NOW,
    )
    data = correction.encode(made)
    wanted = decision.challenge(
        "correction", subject.subject_hash(data), "director", "yi", "approve", 1
    )
    asserted = rig.person("yi").get_assertion(RP_ID, ORIGIN, wanted)
    signed = SignedCorrection(data, Approval("director", "yi", "approve", 1, asserted))
    rig.publish(corrections=(signed,))
    rig.settle()
    (told,) = County(rig).ask(rig.person("yi"))["signed"]
    assert (told["kind"], told["stamped"], told["reason"]) == ("correction", 3, "姓名写错")
    assert County(rig).titles("jia") == []


def test_who_said_that_somebody_is_away_sees_it(rig: HistoryRig) -> None:
    rig.township = rig.township.change(
        policy=replace(rig.township.authority.policy, absence_days=LONGEST)
    )
    rig.publish(granted(rig.township, said(rig.township, "yi")))
    rig.settle()
    (told,) = County(rig).ask(rig.person("yi"))["signed"]
    assert (told["kind"], told["person"]) == ("absence", NAMES["yi"])
    assert told["until"] == NOW + DAY
    assert County(rig).titles("ding") == ["居住证明"]


def test_what_the_key_did_not_sign_is_nobodys(rig: HistoryRig) -> None:
    made = rig.application()
    forged = rig.township.approve(made, "director", "yi", signer="ding")
    elsewhere = rig.township.approve(made, "secretary", "jia", origin="https://evil.example")
    rig.publish(rig.township.grant(made, [forged, elsewhere]))
    rig.settle()
    assert [County(rig).titles(name) for name in ("yi", "ding", "jia")] == [[], [], []]


def test_who_lost_a_key_sees_what_the_finder_signed_and_the_finder_no_more(
    rig: HistoryRig,
) -> None:
    lost = rig.person("yi")
    rig.publish(rig.grant(title="本人签的"))
    later = Authenticator()
    rig.new_key("yi", later)
    rig.township.authenticators["yi"] = later  # type: ignore[index]
    rig.publish(rig.grant(title="新钥匙签的"))
    rig.settle()
    county = County(rig)
    assert sorted(one["title"] for one in county.ask(later)["signed"]) == ["新钥匙签的", "本人签的"]
    finder = county.ask(lost)
    assert [one["title"] for one in finder["signed"]] == ["本人签的"]
    assert finder["people"] == [("乙二亮", False)]


def test_a_key_that_the_hub_takes_back_still_sees_what_it_signed(rig: HistoryRig) -> None:
    """Or the hub could blind whom it deceived."""
    key = rig.person("yi").passkey(RP_ID)
    rig.publish(rig.grant(title="被骗签的"), revoked_credentials=(key.id,))
    rig.publish(revoked_persons=("yi",))
    rig.settle()
    assert County(rig).titles("yi") == ["被骗签的"]


class TestAsking:
    def test_a_spent_ticket_and_a_replayed_answer_open_nothing(self, rig: HistoryRig) -> None:
        rig.settle()
        county = County(rig)
        ticket = county.tickets.new()
        signed = rig.person("yi").get_assertion(RP_ID, ORIGIN, challenge(ticket))
        county.desk.show(ticket, signed, every=False)
        with pytest.raises(TicketError):
            county.desk.show(ticket, signed, every=False)

    def test_a_ticket_ends(self, rig: HistoryRig) -> None:
        rig.settle()
        county = County(rig)
        ticket = county.tickets.new()
        county.now_s += LIFE_S
        with pytest.raises(TicketError):
            county.ask(rig.person("yi"), ticket=ticket)

    def test_a_ticket_of_somebodys_own_making_is_refused(self, rig: HistoryRig) -> None:
        rig.settle()
        county = County(rig)
        other = Tickets(b"x" * 32, lambda: county.now_s, bytes)
        for made in (other.new(), b"", county.tickets.new()[:-1], county.tickets.new() + b"x"):
            with pytest.raises(TicketError):
                county.ask(rig.person("yi"), ticket=made or b"\0")

    @pytest.mark.parametrize(
        "changes",
        [
            {"origin": "https://evil.example"},
            {"user_verified": False},
            {"challenge": sha256(b"something else").digest()},
        ],
        ids=["a foreign origin", "an unverified user", "another challenge"],
    )
    def test_an_assertion_that_is_not_of_this_question(
        self, rig: HistoryRig, changes: dict[str, Any]
    ) -> None:
        rig.settle()
        with pytest.raises(UnknownKeyError):
            County(rig).ask(rig.person("yi"), **changes)

    def test_an_unknown_key_is_told_no_more_than_a_wrong_one(self, rig: HistoryRig) -> None:
        rig.settle()
        stranger = Authenticator()
        stranger.create(RP_ID)
        with pytest.raises(UnknownKeyError):
            County(rig).ask(stranger)

    def test_an_approval_opens_no_history(self, rig: HistoryRig) -> None:
        made = rig.application()
        digest = subject.subject_hash(subject.encode(made))
        wanted = decision.challenge("application", digest, "director", "yi", "approve", 1)
        rig.settle()
        with pytest.raises(UnknownKeyError):
            County(rig).ask(rig.person("yi"), challenge=wanted)

    def test_people_who_hold_no_office_are_not_named(self, rig: HistoryRig) -> None:
        rig.settle()
        (told,) = County(rig).desk.people()
        named = [one["name"] for village in told["villages"] for one in village["people"]]
        assert "乙二亮" in named
        assert "辛八曦" not in named
        assert County(rig).desk.ask(told["number"], "sunrise", "xin")[1] == []
        assert len(County(rig).desk.ask(told["number"], "sunrise", "yi")[1]) == 1


class TestTheCopy:
    def trouble(self, rig: HistoryRig) -> str:
        """What the page is told after a taking that failed."""
        assert rig.take() == 1
        told = County(rig).ask(rig.person("yi"))["copy"]
        assert told["complete"] is False
        return str(told["trouble"])

    def test_a_log_that_leaves_an_entry_out_is_not_complete(self, rig: HistoryRig) -> None:
        rig.settle()
        rig.publish(rig.grant(title="瞒着的"))
        honest = rig.leaves.copy()
        rig.pull()
        checkpoint = (rig.trust.copy / "checkpoint").read_bytes()
        rig.pull([*honest[:-2], *honest[:2]])
        (rig.trust.copy / "checkpoint").write_bytes(checkpoint)
        assert "县见证过的日志不一致" in self.trouble(rig)
        rig.settle()
        assert County(rig).titles("yi") == ["瞒着的"]

    def test_a_rewritten_log_is_not_followed(self, rig: HistoryRig) -> None:
        rig.publish(rig.grant(title="先前的"))
        rig.settle()
        rig.leaves[2:] = rig.leaves[:2] * 3
        rig.pull()
        assert "县见证过的日志不一致" in self.trouble(rig)
        assert County(rig).titles("yi") == ["先前的"]

    def test_a_shorter_log_is_not_followed(self, rig: HistoryRig) -> None:
        rig.publish(rig.grant())
        rig.settle()
        rig.pull(rig.leaves[:2])
        assert "日志变短了" in self.trouble(rig)

    def test_a_head_that_no_witness_saw(self, rig: HistoryRig) -> None:
        rig.settle()
        rig.publish(rig.grant())
        rig.pull(witnesses=0)
        assert "县见证还没有见过" in self.trouble(rig)

    def test_a_list_that_is_withheld(self, rig: HistoryRig) -> None:
        rig.settle()
        digest = rig.publish(rig.grant())
        rig.pull()
        (rig.trust.copy / f"lists/{digest.hex()}.cbor").unlink()
        assert digest.hex() in self.trouble(rig)

    def test_a_list_that_the_machine_took_and_the_log_does_not_name(self, rig: HistoryRig) -> None:
        rig.settle()
        digest = rig.publish(rig.grant())
        rig.leaves.remove(list_leaf(DEVICE, rig.version, digest))
        rig.pull()
        assert "日志里没有的清单" in self.trouble(rig)

    def test_a_list_of_another_county(self, rig: HistoryRig) -> None:
        rig.settle()
        other = Township.build(rig.journal.key)
        rig.township = replace(rig.township, keys=other.keys, roots=other.roots,
                               package=other.package)  # fmt: skip
        rig.publish()
        rig.pull()
        assert "清单不成立" in self.trouble(rig)

    def test_a_stamp_that_no_machine_signed(self, rig: HistoryRig) -> None:
        rig.settle()
        thief = type(rig.journal)()
        rig.leaves.append(thief.stamp(bytes(32)).envelope)
        rig.pull()
        assert "机器签名不对" in self.trouble(rig)

    def test_an_old_copy_says_so(self, rig: HistoryRig) -> None:
        rig.settle()
        county = County(rig)
        county.now_s = rig.seen_s + MAX_AGE_S
        assert county.ask(rig.person("yi"))["copy"]["complete"] is True
        county.now_s += 1
        told = county.ask(rig.person("yi"))["copy"]
        assert (told["old"], told["complete"]) == (True, False)

    def test_it_goes_on_where_it_was_over_tiles(self, rig: HistoryRig) -> None:
        rig.settle()
        for size in (255, 256, 257, 513):
            heartbeat = {"unlatches": 0, "presses": 0}
            while len(rig.leaves) < size:
                rig.write("heartbeat", **heartbeat)
            rig.publish(rig.grant(title=f"第{size}条"))
            rig.settle()
            rig.settle()
        assert County(rig).titles("yi") == [f"第{size}条" for size in (513, 257, 256, 255)]
        with closing(Store(rig.trust.index)) as store:
            assert len(store.tile_roots()) == len(rig.leaves) // 256

    def test_the_countys_next_root_is_followed(self, rig: HistoryRig) -> None:
        rig.publish(rig.grant(title="前一个根"))
        rig.settle()
        rig.township = rig.township.rotate(Keys.generate())
        rig.publish(rig.grant(title="后一个根"))
        rig.settle()
        assert County(rig).titles("yi") == ["后一个根", "前一个根"]

    def test_nothing_taken_yet_is_said(self, rig: HistoryRig) -> None:
        with pytest.raises(HistoryError):
            County(rig).ask(rig.person("yi"))

    def test_an_index_that_is_broken_is_said_and_made_anew(self, rig: HistoryRig) -> None:
        rig.publish(rig.grant(title="还在"))
        rig.settle()
        rig.trust.index.write_bytes(b"not a database, and longer than a header of one" * 9)
        for name in ("-wal", "-shm"):
            rig.trust.index.with_name(rig.trust.index.name + name).unlink(missing_ok=True)
        with pytest.raises(HistoryError, match="删除后重做"):
            County(rig).ask(rig.person("yi"))
        assert rig.take() == 1
        rig.trust.index.unlink()
        assert rig.take() == 0
        assert County(rig).titles("yi") == ["还在"]

    def test_one_township_that_fails_does_not_hold_up_the_next(
        self, rig: HistoryRig, capsys: pytest.CaptureFixture[str]
    ) -> None:
        key = note.vkey("else.example/log", key_of("another log").public_key().public_bytes_raw())
        fields = json.loads(rig.config.read_text())
        (first,) = fields["townships"]
        history = {**first["history"], "folder": "nothing-pulled"}
        other = {**first, "number": 8, "name": "另一镇", "log": key, "history": history}
        rig.pull()
        rig.write_config({**fields, "townships": [other, first]})
        assert rig.take() == 1
        said = capsys.readouterr().out.splitlines()
        assert said[0].startswith("另一镇: 副本里没有 checkpoint")
        assert said[1].startswith("清溪镇: 2 条")

    def test_a_county_without_copies_has_nothing_to_take(
        self, rig: HistoryRig, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rig.write_config({**json.loads(rig.config.read_text()), "townships": []})
        assert rig.take() == 2
        assert "没有配置 history" in capsys.readouterr().err

    def test_a_short_answer_says_how_many_there_are(self, rig: HistoryRig) -> None:
        rig.publish(rig.grant(title="先"))
        rig.publish(rig.grant(title="后"))
        rig.settle()
        with closing(Store(rig.trust.index)) as store:
            total, rows = store.signed([rig.person("yi").passkey(RP_ID).id], 1)
        assert (total, [one["title"] for one in rows]) == (2, ["后"])


@pytest.mark.parametrize(
    "bent",
    [
        {},
        [],
        {"extra": 1},
        {"folder": ""},
        {"root": "none.json"},
        {"root": "package.cbor"},
        {"max_age_s": 0},
        {"max_age_s": True},
        {"phone": 12345},
        {"address": "x" * 81},
    ],
)
def test_a_configuration_that_is_wrong_stops_the_start(rig: HistoryRig, bent: Any) -> None:
    fields = json.loads(rig.config.read_text())
    township = fields["townships"][0]
    history = {**township["history"], **bent} if bent else bent
    rig.write_config({**fields, "townships": [{**township, "history": history}]})
    with pytest.raises(PagesConfigError):
        pages_config.load(rig.config)
