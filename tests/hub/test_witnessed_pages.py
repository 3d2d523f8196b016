"""What villagers and staff read of the county's witness."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.clock import now_ms
from hub.log.models import Cosigned, Head, Witness
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import Journal
from tests.support import cosigned

pytestmark = pytest.mark.django_db
PENDING = "尚待县级见证"
GRANT = b"g" * 32


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Client:
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    return Client()


def logged(*, policy: bool = True) -> Journal:
    """A stamp in the log, of which the head answers for all."""
    journal = Journal()
    hub.township(journal, **(cosigned.POLICY if policy else {}))
    journal.stamp(GRANT)
    site_rig.log(journal.written)
    return journal


def seen(size: int, *, ago_s: int = 0) -> None:
    at = now_ms() // 1000 - ago_s
    checkpoint = bytes(Head.objects.get().checkpoint)
    Cosigned.objects.create(id=1, checkpoint=checkpoint, size=size, seen_s=at)


def village(path: str = "v/sunrise/seal/") -> str:
    """What villagers read there now."""
    found = site_rig.site()
    found.build()
    return found.text(path)


def records(client: Client, settings: Settings, name: str = "") -> str:
    settings.ROOT_URLCONF = "hub.urls_staff"
    hub.sign_in(client, "ren")
    return client.get(f"/records/{name}").content.decode()


def test_a_stamp_is_pending_until_the_witness_saw_it(client: Client, settings: Settings) -> None:
    journal = logged()
    assert village().count(PENDING) == 1
    detail = f"{journal.written[-1].hash.hex()}/"
    assert PENDING in records(client, settings, detail)
    seen(len(journal.written))
    assert PENDING not in village()
    assert f"县级已见证前 {len(journal.written)} 条" in village("seal/")
    assert "县级已见证" in records(client, settings, detail)


def test_what_came_after_the_witness_looked_is_pending(client: Client, settings: Settings) -> None:
    journal = logged()
    seen(len(journal.written) - 2)
    assert village().count(PENDING) == 1
    assert f"县级已见证前 {len(journal.written) - 2} 条" in village("seal/")
    assert PENDING in village("seal/")
    assert records(client, settings).count(f"，{PENDING}") == 2


def test_staff_read_why_the_witness_is_silent(client: Client, settings: Settings) -> None:
    logged()
    seen(1, ago_s=50 * 3600)
    Witness.objects.create(name="county.example/w1", problem="unreachable", since_ms=now_ms())
    Witness.objects.create(name="county.example/w2", forgot_ms=now_ms())
    page = records(client, settings)
    assert "county.example/w2：它忘了自己见证过的记录" in page
    assert "county.example/w1：连不上" in page
    assert "见证已过期" in page
    assert "连不上" not in village()


def test_without_witnesses_in_the_policy_nothing_is_pending(
    client: Client, settings: Settings
) -> None:
    logged(policy=False)
    assert PENDING not in village() + records(client, settings)
