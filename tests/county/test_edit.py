"""The officers' verbs: from the package in force to a draft that says what it changes."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county import authority, difference, keys, reading
from county.authority import AuthorityError, open_package, read_township
from county.ceremony import new_root, next_root, sign_root
from county.cli import main
from county.edit import draft as drafts
from county.edit import machines, people, plain, rules
from hub.devices import ca
from tests.support import contents
from tests.support.contents import DAY, DEVICE, VILLAGE, YEAR
from tests.support.sm2_people import Holder
from tests.support.township import Keys, Township
from tests.support.witness import Log
from wire import cbor
from wire.lists import bundle, metadata, package
from wire.lists.content import Catalogue, Passkey, Person, Policy, Seal, Term
from wire.lists.package import AuthorityPackage
from wire.lists.policy import device_cas
from wire.lists.renewal import FormerLog
from wire.lists.tufapi import CryptoSigner, Key, TargetFile
from wire.sig import USUAL, PublicKey

NOW = int(time.time()) * 1000  # signing at the command line judges by the computer's clock
TOWN = Township.build(now_ms=NOW)
TOWNSHIP = TOWN.authority
KEY = bytes(range(32)).hex()
TERM = ("--from", "2026-01-01", "--to", "2029-01-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.cbor").write_bytes(TOWN.package)
    return tmp_path


@pytest.fixture
def authority_tool(folder: Path) -> Callable[..., int]:
    def run(verb: str, *words: object, former: bool = True) -> int:
        tail = ["--former", folder / "p.cbor"] if former else []
        given = [*verb.split(), folder / "next.cbor", *words, *tail]
        return main(["authority", *(str(one) for one in given)])

    return run


def drafted(folder: Path) -> authority.Township:
    return read_township(open_package((folder / "next.cbor").read_bytes()))


class TestDraft:
    def test_several_changes_make_one_next_version(
        self, folder: Path, authority_tool: Callable[..., int]
    ) -> None:
        words = ("p-li", "--village", VILLAGE, "--name", "李九安")
        assert authority_tool("person add", *words) == 0
        assert authority_tool("person office", "p-li", "--office", "village.clerk", *TERM) == 0
        assert authority_tool("policy set", "emergency_presses", "5") == 0
        opened = open_package((folder / "next.cbor").read_bytes())
        made = read_township(opened)
        assert metadata.read_targets(opened.targets).signed.version == TOWN.version + 1
        assert made.villages[0].roster.version == TOWN.roster.version + 1
        assert made.policy.version == TOWNSHIP.policy.version + 1
        assert made.catalogue == TOWNSHIP.catalogue
        assert made.villages[0].machines == TOWNSHIP.villages[0].machines

    def test_a_change_taken_back_leaves_the_files_as_they_were(
        self, folder: Path, authority_tool: Callable[..., int]
    ) -> None:
        assert authority_tool("machine suspend", DEVICE) == 0
        assert authority_tool("machine resume", DEVICE) == 0
        assert drafted(folder) == TOWNSHIP

    def test_a_policy_from_before_a_field_gets_its_next_version(
        self, folder: Path, authority_tool: Callable[..., int]
    ) -> None:
        """Two files of one version would be two faces of it at every machine."""
        (folder / "p.cbor").write_bytes(_before_suites())
        for verb in ("machine suspend", "machine resume"):
            assert authority_tool(verb, DEVICE) == 0
            opened = open_package((folder / "next.cbor").read_bytes())
            assert read_township(opened).policy == replace(
                TOWNSHIP.policy, version=TOWNSHIP.policy.version + 1
            )
            assert cbor.decode(opened.files[bundle.POLICY])["suites"] == list(USUAL)

    def test_the_package_in_force_is_never_written_over(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        same = str(folder / "p.cbor")
        assert main(["authority", "machine", "suspend", same, DEVICE, "--former", same]) == 2
        assert "another name" in capsys.readouterr().err
        assert (folder / "p.cbor").read_bytes() == TOWN.package

    def test_a_signed_draft_is_not_changed(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert authority_tool("machine suspend", DEVICE) == 0
        draft = (folder / "next.cbor").read_bytes()
        signed = authority.sign_authority(draft, TOWN.keys.officers[0], now_ms=NOW)
        (folder / "next.cbor").write_bytes(signed)
        assert authority_tool("machine resume", DEVICE) == 2
        assert "has signed" in capsys.readouterr().err
        assert (folder / "next.cbor").read_bytes() == signed

    def test_nothing_is_compared_with_what_was_never_in_force(self) -> None:
        draft = drafts.write(drafts.begin(TOWN.package, None), TOWNSHIP)
        with pytest.raises(AuthorityError, match="not fully signed"):
            drafts.begin(draft, None)

    def test_a_draft_of_another_former_is_refused(self) -> None:
        newer = TOWN.suspend()
        draft = drafts.write(drafts.begin(TOWN.package, None), TOWNSHIP)
        with pytest.raises(AuthorityError, match="does not follow"):
            drafts.begin(newer.package, draft)
        other = Township.build()
        with pytest.raises(AuthorityError, match="does not follow"):
            drafts.begin(other.package, draft)

    def test_what_a_draft_does_not_say_is_not_signed(self) -> None:
        opened = open_package(drafts.write(drafts.begin(TOWN.package, None), TOWNSHIP))
        thief = CryptoSigner.generate_ed25519().public_key
        for made in (_with_file(opened), _with_key(opened, thief), _with_root(opened)):
            with pytest.raises(AuthorityError, match=r"more than its words|County root"):
                reading.compare(TOWN.package, package.encode(made), NOW)

    def test_without_draft_and_former_there_is_nothing_to_change(
        self, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert authority_tool("machine suspend", DEVICE, former=False) == 2
        assert "--former" in capsys.readouterr().err

    def test_what_no_list_can_say_leaves_the_draft_as_it_was(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert authority_tool("machine suspend", DEVICE) == 0
        before = (folder / "next.cbor").read_bytes()
        assert authority_tool("person kin", "jia", "--relative", "stranger") == 2
        assert authority_tool("person add", "李", "--village", VILLAGE, "--name", "x") == 2
        words = ("b-1", "--village", VILLAGE, "--alg", "EdDSA", "--public-key", "00")
        assert authority_tool("machine add", *words) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 3
        assert (folder / "next.cbor").read_bytes() == before


class TestPeople:
    def test_who_leaves_stays_on_the_roster_without_office(self) -> None:
        made = people.end_office(TOWNSHIP, "yi", None, NOW + DAY)
        person = people.person_named(made, "yi")
        assert person.holds("village.director", NOW)
        assert not person.holds("village.director", NOW + DAY)
        assert person.passkeys == TOWN.roster.persons["yi"].passkeys

    def test_a_term_that_had_not_begun_is_gone(self) -> None:
        later = Term("village.clerk", NOW + YEAR, NOW + 2 * YEAR)
        made = people.give_office(TOWNSHIP, "yi", later)
        made = people.end_office(made, "yi", "village.clerk", NOW)
        assert people.person_named(made, "yi") == TOWN.roster.persons["yi"]

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda t: people.end_office(t, "xin", None, NOW), "no such office"),
            (lambda t: people.end_office(t, "yi", None, NOW + 9 * YEAR), "no such office"),
            (lambda t: people.end_office(t, "nobody", None, NOW), "Not on any roster"),
            (
                lambda t: people.give_office(t, "yi", Term("village.king", 1, 2)),
                "No such office",
            ),
            (
                lambda t: people.give_office(t, "yi", Term("village.director", NOW, NOW + DAY)),
                "holds that office",
            ),
            (
                lambda t: people.add(t, VILLAGE, Person("yi", "另一人", (), (), ())),
                "taken",
            ),
            (lambda t: people.add(t, "moon", Person("a", "某", (), (), ())), "No such village"),
            (lambda t: people.remove_passkey(t, "yi", "zz"), "0 passkeys"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, change: Callable[[authority.Township], object], why: str
    ) -> None:
        with pytest.raises(AuthorityError, match=why):
            change(TOWNSHIP)

    def test_one_passkey_is_one_persons(self) -> None:
        key = TOWN.roster.persons["jia"].passkeys[0]
        for copy in (key, Passkey(b"other", key.public_key)):
            with pytest.raises(AuthorityError, match="already jia"):
                people.add_passkey(TOWNSHIP, "yi", copy)

    def test_a_passkey_is_taken_away_by_its_beginning(self) -> None:
        key = TOWN.roster.persons["yi"].passkeys[0]
        made = people.remove_passkey(TOWNSHIP, "yi", key.credential.hex()[:8].upper())
        assert people.person_named(made, "yi").passkeys == ()


class TestMachines:
    def test_a_machine_is_added_as_provisioning_prints_it(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "seals.toml").write_text(
            '[[seal]]\nid = "s-2"\nkind = "committee"\nname = "晨光村村民委员会章"\nslot = 1\n'
            'rfid = "B1"\n',
            "utf-8",
        )
        words = ("sunrise-2", "--village", VILLAGE, "--alg", "EdDSA", "--public-key", KEY)
        assert authority_tool("machine add", *words, "--seals", folder / "seals.toml") == 0
        told = capsys.readouterr().out
        machine = drafted(folder).villages[0].machines.machines["sunrise-2"]
        assert (machine.village_name, machine.state) == (contents.VILLAGE_NAME, "active")
        assert machine.seals == (Seal("s-2", "committee", "晨光村村民委员会章", 1, "B1", "active"),)
        assert machine.kid.hex()[:16] in told

    def test_a_worn_seal_is_retired_by_its_successor(self) -> None:
        worn = TOWN.machine.seals[1]
        new = Seal("s-new", worn.kind, worn.name, worn.slot, "A9", "active", worn.id)
        made = machines.machine_named(machines.add_seals(TOWNSHIP, DEVICE, [new]), DEVICE)
        assert {seal.id: seal.state for seal in made.seals}[worn.id] == "retired"
        with pytest.raises(AuthorityError, match="to replace"):
            machines.add_seals(TOWNSHIP, DEVICE, [replace(new, replaces="s-0")])

    def test_a_broken_machine_hands_its_seals_to_another(self) -> None:
        key = PublicKey("EdDSA", bytes.fromhex(KEY))
        made = machines.replace_machine(TOWNSHIP, DEVICE, "sunrise-2", key)
        old, new = (machines.machine_named(made, one) for one in (DEVICE, "sunrise-2"))
        assert old.state == "suspended"
        assert {seal.state for seal in old.seals} == {"suspended"}
        assert new.seals == TOWN.machine.seals
        assert (new.state, new.key) == ("active", key)
        assert (old.replaces, new.replaces) == (None, DEVICE)
        gone = machines.retire(made, DEVICE)
        assert DEVICE not in gone.villages[0].machines.machines
        assert machines.machine_named(gone, "sunrise-2").replaces == DEVICE

    def test_what_was_replaced_neither_comes_back_nor_is_replaced_again(self) -> None:
        key, third = (PublicKey("EdDSA", bytes([one]) * 32) for one in (7, 8))
        made = machines.replace_machine(TOWNSHIP, DEVICE, "sunrise-2", key)
        with pytest.raises(AuthorityError, match="replaced by sunrise-2"):
            machines.set_state(made, DEVICE, "active")
        with pytest.raises(AuthorityError, match="replaced by sunrise-2"):
            machines.replace_machine(made, DEVICE, "sunrise-3", third)

    def test_a_machine_is_added_in_the_place_of_a_suspended_one(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = ("sunrise-2", "--village", VILLAGE, "--alg", "EdDSA", "--public-key", KEY)
        assert authority_tool("machine add", *words, "--replaces", DEVICE) == 2
        assert "suspend it first" in capsys.readouterr().err
        assert authority_tool("machine suspend", DEVICE) == 0
        assert authority_tool("machine add", *words, "--replaces", DEVICE) == 0
        assert f"takes the place of {DEVICE}" in capsys.readouterr().out
        assert machines.machine_named(drafted(folder), "sunrise-2").replaces == DEVICE

    def test_a_predecessor_is_named_afterwards(
        self, folder: Path, authority_tool: Callable[..., int]
    ) -> None:
        words = ("sunrise-2", "--village", VILLAGE, "--alg", "EdDSA", "--public-key", KEY)
        assert authority_tool("machine add", *words) == 0
        assert authority_tool("machine suspend", DEVICE) == 0
        assert authority_tool("machine predecessor", "sunrise-2", "--replaces", DEVICE) == 0
        assert machines.machine_named(drafted(folder), "sunrise-2").replaces == DEVICE

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda t: machines.retire(t, DEVICE), "suspend it first"),
            (lambda t: machines.set_state(t, DEVICE, "active"), "active already"),
            (lambda t: machines.set_state(t, DEVICE, "suspended", "s-0"), "No such seal"),
            (lambda t: machines.set_state(t, "moon-1", "active"), "No such machine"),
            (lambda t: machines.add(t, TOWN.machine), "There already"),
            (
                lambda t: machines.add(t, replace(TOWN.machine, device="sunrise-2")),
                "needs its own",
            ),
            (lambda t: machines.change_key(t, DEVICE, TOWN.machine.key), "this key already"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, change: Callable[[authority.Township], object], why: str
    ) -> None:
        with pytest.raises(AuthorityError, match=why):
            change(TOWNSHIP)


class TestRules:
    def test_the_hubs_authorities_are_named_and_shown_by_their_fingerprints(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        for one in ("old", "new"):
            ca.create_ca(folder / one)
        files = [folder / one / "ca.pem" for one in ("old", "new")]
        assert authority_tool("ca", *files) == 0
        told = capsys.readouterr().out
        assert all(ca.fingerprint(file.parent).hex() in told for file in files)
        named = device_cas(drafted(folder).policy)
        assert named == tuple(ca.der(file.parent) for file in files)
        assert authority_tool("policy set", "emergency_presses", "5") == 0
        assert device_cas(drafted(folder).policy) == named

    def test_a_new_log_names_the_head_with_which_the_one_in_force_ended(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        key, new = Ed25519PrivateKey.generate(), replace(Log.of(1), name="town.example/log-2")
        log = replace(Log.of(9), key=key)
        (folder / "head").write_bytes(log.head(9))
        assert authority_tool("log", new.vkey, "--head", folder / "head") == 2
        assert "not a head of the log in force" in capsys.readouterr().err
        assert authority_tool("policy set", "log_key", log.vkey) == 0
        assert authority_tool("policy set", "log_origin", log.name) == 0
        assert authority_tool("log", new.vkey, "--head", folder / "head") == 0
        told = capsys.readouterr().out
        assert f"到此为止：9 条，根 {log.root(9).hex()}" in told
        policy = drafted(folder).policy
        assert (policy.log_origin, policy.log_key) == (new.name, new.vkey)
        assert policy.former_logs == (FormerLog(log.vkey, 9, log.root(9).hex()),)
        assert authority_tool("policy set", "emergency_presses", "5") == 0
        assert drafted(folder).policy.former_logs == policy.former_logs

    def test_only_a_certificate_authority_is_named(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        ca.create_ca(folder / "ca")
        ca.issue_client(folder / "ca", ca.WORK)
        for file in (folder / "ca" / f"{ca.WORK}.pem", folder / "ca" / "crl.pem"):
            assert authority_tool("ca", file) == 2
            assert "Not a CA's certificate" in capsys.readouterr().err

    def test_policy_and_matters_go_out_as_text_and_come_back(self) -> None:
        policy, matters = TOWNSHIP.policy, TOWNSHIP.catalogue
        assert plain.from_toml(Policy, plain.to_toml(policy), policy.version) == policy
        assert plain.from_toml(Catalogue, plain.to_toml(matters), matters.version) == matters

    def test_the_matters_are_exported_changed_and_imported(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = folder / "matters.toml"
        package = str(folder / "p.cbor")
        assert main(["authority", "catalogue", "export", package, str(file)]) == 0
        text = file.read_text("utf-8")
        assert text.count("impressions_max = 3") == 5
        file.write_text(text.replace("impressions_max = 3", "impressions_max = 4", 1), "utf-8")
        assert authority_tool("catalogue import", file) == 0
        assert "“居住证明” · 最多盖几个：3 → 4" in capsys.readouterr().out
        assert drafted(folder).catalogue.version == TOWNSHIP.catalogue.version + 1

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_the_matters_go_to_a_spreadsheet_or_program_and_back(
        self,
        folder: Path,
        authority_tool: Callable[..., int],
        capsys: pytest.CaptureFixture[str],
        form: str,
    ) -> None:
        file = folder / f"matters.{form}"
        package = str(folder / "p.cbor")
        assert main(["authority", "catalogue", "export", package, str(file)]) == 0
        assert rules.import_catalogue(TOWNSHIP, file.read_bytes(), form) == TOWNSHIP
        data = file.read_bytes().replace("居住证明".encode(), "居住情况证明".encode())
        file.write_bytes(data)
        assert authority_tool("catalogue import", file) == 0
        assert "名称：居住证明 → 居住情况证明" in capsys.readouterr().out

    def test_a_wrong_row_is_named_and_no_draft_is_written(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = folder / "matters.csv"
        package = str(folder / "p.cbor")
        assert main(["authority", "catalogue", "export", package, str(file)]) == 0
        file.write_bytes(file.read_bytes().replace("可以,".encode(), "也许,".encode(), 1))
        assert authority_tool("catalogue import", file) == 2
        assert "第 3 行 row 3，类别 cls：" in capsys.readouterr().err
        assert not (folder / "next.cbor").exists()

    def test_a_file_of_another_kind_is_not_taken(
        self, folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert authority_tool("catalogue import", folder / "matters.xlsx") == 2
        assert ".csv" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("name", "values", "expected"),
        [
            ("emergency_presses", ["7"], 7),
            ("officers_operate", ["true"], True),
            ("logins", ["card_pin", "fingerprint"], ("card_pin", "fingerprint")),
            ("township_name", ["新镇"], "新镇"),
            ("photos_days", ["1095"], 1095),
        ],
    )
    def test_a_field_is_set(self, name: str, values: list[str], expected: object) -> None:
        assert getattr(rules.set_policy(TOWNSHIP, name, values).policy, name) == expected

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("emergency_presses", ["many"]),
            ("emergency_presses", ["1", "2"]),
            ("emergency_presses", ["5000"]),
            ("officers_operate", ["perhaps"]),
            ("logins", ["shouting"]),
            ("quorum", ["3"]),
            ("openings_days", ["3650"]),
            ("log_key", ["nonsense"]),
            ("township", ["other"]),
            ("version", ["9"]),
            ("nothing", ["1"]),
        ],
    )
    def test_a_value_that_does_not_fit_is_refused(self, name: str, values: list[str]) -> None:
        with pytest.raises(AuthorityError):
            rules.set_policy(TOWNSHIP, name, values)

    @pytest.mark.parametrize("text", ["", "=", 'township = "town"', "rp_id = 3"])
    def test_a_broken_file_is_refused(self, text: str) -> None:
        with pytest.raises(AuthorityError):
            rules.import_policy(TOWNSHIP, text)
        for form in rules.FORMS:
            with pytest.raises(AuthorityError):
                rules.import_catalogue(TOWNSHIP, text.encode(), form)
        with pytest.raises(AuthorityError):
            plain.seals_of(text)


class TestFirstPackage:
    def test_a_township_is_built_up_from_nothing_and_two_officers_sign_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        draft = tmp_path / "first.cbor"
        _files(tmp_path)
        words = ["--policy", tmp_path / "policy.toml", "--catalogue", tmp_path / "matters.toml"]
        assert _run("new", draft, "--root", tmp_path / "root.json", *words) == 0
        assert _run("village add", draft, "--village", VILLAGE) == 0
        for person in TOWN.roster.persons.values():
            name = ("--name", person.name, "--village", VILLAGE)
            term = ("--office", person.offices[0].office, *TERM) if person.offices else ()
            assert _run("person add", draft, person.id, *name, *term) == 0
        first = ("--village-name", "晨光村", "--alg", "EdDSA", "--public-key", KEY)
        assert _run("machine add", draft, DEVICE, "--village", VILLAGE, *first) == 0
        told = capsys.readouterr().out
        assert "不能签" in told  # nobody has a passkey yet
        assert _run("sign", draft, "--key", tmp_path / "officer-1.pem") == 2
        assert "nobody can take" in capsys.readouterr().err


def test_an_officer_sees_what_he_signs_and_only_against_the_package_in_force(
    folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    town = _town_with_files(folder)
    assert authority_tool("machine suspend", DEVICE) == 0
    shown = capsys.readouterr().out
    key = folder / "officer-1.pem"
    assert _run("sign", folder / "next.cbor", "--key", key) == 2
    assert "--former" in capsys.readouterr().err
    former = ("--former", folder / "p.cbor")
    assert _run("sign", folder / "next.cbor", "--key", key, *former) == 0
    signing = capsys.readouterr().out
    line = f"机器 {DEVICE}：停用，从此不盖章"
    assert line in shown
    assert line in signing
    assert _run("sign", folder / "next.cbor", "--key", folder / "officer-2.pem", *former) == 0
    assert "Fully signed" in capsys.readouterr().out
    assert _run("diff", folder / "p.cbor", folder / "next.cbor") == 0
    assert line in capsys.readouterr().out
    assert authority.missing_signatures((folder / "next.cbor").read_bytes()) == 0
    assert town.version == 1


def test_who_does_not_say_yes_at_the_keyboard_has_not_signed(
    folder: Path,
    authority_tool: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _town_with_files(folder)
    authority_tool("machine suspend", DEVICE)
    before = (folder / "next.cbor").read_bytes()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    words = ("--key", folder / "officer-1.pem", "--former", folder / "p.cbor")
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert _run("sign", folder / "next.cbor", *words) == 2
    assert "Not signed" in capsys.readouterr().err
    assert (folder / "next.cbor").read_bytes() == before
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    assert _run("sign", folder / "next.cbor", *words) == 0


def test_a_package_is_read_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("show", folder / "p.cbor") == 0
    told = capsys.readouterr().out
    for words in ("乙二亮", "村委会主任", "只有一把通行密钥", DEVICE, "居住证明", "2 人签名"):
        assert words in told
    (folder / "p.cbor").write_bytes(b"garbage")
    assert _run("show", folder / "p.cbor") == 2


def test_the_lists_are_renewed_and_follow_the_countys_next_root(
    folder: Path, authority_tool: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    next_town = TOWN.rotate(TOWN.keys)
    (folder / "root2.json").write_bytes(next_town.roots[1])
    assert authority_tool("renew", "--until", "2028-01-01") == 0
    assert "2028-01-01" in capsys.readouterr().out
    assert authority_tool("root", "--root", folder / "root2.json") == 0
    assert "县级根第 2 版" in capsys.readouterr().out
    opened = open_package((folder / "next.cbor").read_bytes())
    assert opened.roots == next_town.roots
    assert authority_tool("root", "--root", folder / "root2.json") == 2


def test_the_difference_names_everybody_who_can_sign_today() -> None:
    made = people.end_office(TOWNSHIP, "yi", None, NOW)
    data = drafts.write(drafts.begin(TOWN.package, None), made)
    told = "\n".join(reading.compare(TOWN.package, data, NOW))
    assert "今天能以“村委会主任”签名的人：乙二亮 → 无人" in told
    assert "不能签" in told


def test_the_difference_tells_sm2_keys_and_what_they_are_good_for() -> None:
    key = Holder().listed(NOW - YEAR, NOW + YEAR)
    persons = dict(TOWN.roster.persons)
    persons["yi"] = replace(persons["yi"], passkeys=(), sm2_keys=(key,))
    roster = replace(TOWN.roster, version=2, persons=persons)
    items = dict(TOWNSHIP.catalogue.items)
    items["residence"] = replace(items["residence"], passkeys_only=True)
    changed = replace(
        TOWNSHIP,
        catalogue=replace(TOWNSHIP.catalogue, version=2, items=items),
        villages=(replace(TOWNSHIP.villages[0], roster=roster), *TOWNSHIP.villages[1:]),
    )
    told = "\n".join(difference.of_townships(TOWNSHIP, changed, NOW))
    assert f"可用国密密钥 {key.kid.hex()}" in told
    assert "只能用通行密钥审批：否 → 是" in told
    assert "今天能以“村委会主任”签名的人：乙二亮 → 无人" in told
    both = replace(TOWNSHIP.policy, approval_suites=("passkey", "sm2"))
    told = "\n".join(difference.of_townships(TOWNSHIP, replace(changed, policy=both), NOW))
    assert "审批可用的密钥种类：passkey → passkey、sm2" in told
    assert "今天能以“村委会主任”签名的人" not in told


def _before_suites() -> bytes:
    """The package in force as the officers of an older release signed it."""
    opened = open_package(TOWN.package)
    policy = cbor.decode(opened.files[bundle.POLICY])
    del policy["suites"]
    files = {**opened.files, bundle.POLICY: cbor.encode(policy)}
    targets = metadata.read_targets(opened.targets)
    targets.signatures.clear()
    targets.signed.targets[bundle.POLICY] = TargetFile.from_data(
        bundle.POLICY, files[bundle.POLICY]
    )
    for officer in TOWN.keys.officers[:2]:
        targets.sign(officer, append=True)
    return package.encode(replace(opened, targets=targets.to_bytes(), files=files))


def _with_file(opened: AuthorityPackage) -> AuthorityPackage:
    targets = metadata.read_targets(opened.targets)
    path, data = f"{DEVICE}/grants.cbor", b"more"
    targets.signed.targets[path] = TargetFile.from_data(path, data)
    return replace(opened, targets=targets.to_bytes(), files={**opened.files, path: data})


def _with_key(opened: AuthorityPackage, thief: Key) -> AuthorityPackage:
    """A second key may speak for the machine."""
    targets = metadata.read_targets(opened.targets)
    delegations = targets.signed.delegations
    assert delegations is not None
    assert delegations.roles is not None
    delegations.keys[thief.keyid] = thief
    delegations.roles[bundle.role_name(DEVICE)].keyids.append(thief.keyid)
    return replace(opened, targets=targets.to_bytes())


def _with_root(opened: AuthorityPackage) -> AuthorityPackage:
    """A next root that nobody signed."""
    root = next_root(opened.roots[-1], Keys.generate().keyholders(), expires_ms=NOW + YEAR)
    return replace(opened, roots=(*opened.roots, root))


def _run(verb: str, *words: object) -> int:
    return main(["authority", *verb.split(), *(str(one) for one in words)])


def _files(folder: Path) -> None:
    """Root, officers' keys, policy and matters of a township that has no package yet."""
    made = [keys.create(folder / f"officer-{n}.pem") for n in (1, 2)]
    town = Township.build()
    keyed = replace(town.keys, officers=(*made, town.keys.officers[2]))
    (folder / "root.json").write_bytes(_root_of(keyed))
    (folder / "policy.toml").write_text(plain.to_toml(TOWNSHIP.policy), "utf-8")
    (folder / "matters.toml").write_text(plain.to_toml(TOWNSHIP.catalogue), "utf-8")


def _town_with_files(folder: Path) -> Township:
    """The same township under officers whose keys lie in files; its package is in force."""
    made = tuple(keys.create(folder / f"officer-{n}.pem") for n in (1, 2))
    keyed = replace(TOWN.keys, officers=(*made, TOWN.keys.officers[2]))
    town = replace(TOWN, keys=keyed, roots=(_root_of(keyed),)).sign(TOWNSHIP, 1)
    (folder / "p.cbor").write_bytes(town.package)
    return town


def _root_of(made: Keys) -> bytes:
    root = new_root(made.keyholders(), expires_ms=NOW + 5 * YEAR)
    for holder in made.holders[:2]:
        root = sign_root(root, holder)
    return root
