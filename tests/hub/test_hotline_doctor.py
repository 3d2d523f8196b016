"""What `doctor` learns of the hotline: who reads, who grants, its key's file, its database."""

import shutil
from pathlib import Path

import pytest
from django.db import connections

from hub.clock import now_ms
from hub.config import FILE, config
from hub.hotline import vault
from hub.hotline.models import Act, Case, Exclusion
from hub.operate.doctor.look_hotline import hotline
from hub.operate.doctor.model import Hotline
from tests.hub.hotline_rig import BOTH, prepare
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=BOTH)


@pytest.fixture(autouse=True)
def _township(township: Township, tmp_path: Path) -> None:
    prepare(tmp_path)


def look() -> Hotline:
    return hotline(config(), now_ms())


def case(**fields: str) -> Case:
    count = str(Case.objects.count()).encode()
    return Case.objects.create(**{"code": count, "concern": "matter", "made_ms": 1, **fields})


def exclude(one: Case, person: str = "ren") -> None:
    Exclusion.objects.create(case=one, person=person, made_by="ren", made_ms=1)


def test_a_report_that_every_inspector_is_kept_from_is_counted(township: Township) -> None:
    first = case()
    exclude(first, "gui")
    assert (look().unseen, look().readers) == (0, 1)
    exclude(first)
    case(accused=f"{township.roster.persons['ren'].name}主任")
    answered = case()
    exclude(answered)
    Act.objects.create(case=answered, what="answered", made_ms=1)
    assert look().unseen == 2


def test_granters_whom_reports_are_about_or_who_are_not_there_are_named(tmp_path: Path) -> None:
    assert (look().about, look().vacant) == (["township.leader"], [])
    with (tmp_path / FILE).open("a") as file:
        file.write('\n[hotline]\ngranters = ["township.auditor", "village.clerk"]\n')
    assert (look().about, look().vacant) == ([], ["township.auditor", "village.clerk"])


def test_the_keys_file_is_looked_at(tmp_path: Path) -> None:
    key = tmp_path / vault.NAME
    public = key.with_name(key.name + ".pub")
    assert look().key == ""
    key.chmod(0o640)
    assert look().key == "open"
    key.chmod(0o600)
    vault.new_key(tmp_path / "strange.pem")
    shutil.copyfile(tmp_path / "strange.pem.pub", public)
    assert look().key == "other"
    with pytest.raises(vault.VaultError, match="不是一对"):
        vault.check(tmp_path)
    public.write_bytes(b"no key")
    assert look().key == "other"
    public.unlink()
    assert look().key == "missing"
    public.write_bytes(b"left")
    key.unlink()
    vault.new_key(key)
    assert look().key == "missing", "what was sealed before waits for the key that opens it"
    with pytest.raises(vault.VaultError, match="不见了"):
        vault.check(tmp_path)


def test_a_database_without_its_tables_is_said() -> None:
    with connections["hotline"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'hotline'")
    assert look().waiting
