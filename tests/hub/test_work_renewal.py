"""When a list is made anew, by a clock that the test turns."""

from hashlib import sha256

import pytest

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.work import Publisher
from tests.support.contents import DEVICE, NOW
from tests.support.township import Township

pytestmark = pytest.mark.django_db
LIFETIME_S = 3600


@pytest.fixture
def township() -> Township:
    made = Township.build()
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    return made


def test_a_list_is_renewed_after_a_third_of_its_life(township: Township) -> None:
    told: list[str] = []
    publisher = Publisher(township.keys.hub, LIFETIME_S, lambda topic, _: told.append(topic))
    third = LIFETIME_S * 1000 // 3
    for at in (NOW, NOW + 1000, NOW + third - 1):
        publisher.step(at)
        assert told == [f"seal/v1/{DEVICE}/down/list"]
    publisher.step(NOW + third)
    assert len(told) == 2
    versions = ListVersion.objects.order_by("version").values_list("version", "expires_ms")
    life = LIFETIME_S * 1000
    assert list(versions) == [(1, NOW + life), (2, NOW + third + life)]


def test_a_new_process_goes_on_where_the_last_one_was(township: Township) -> None:
    told: list[bytes] = []
    Publisher(township.keys.hub, LIFETIME_S, lambda _, data: told.append(data)).step(NOW)
    fresh = Publisher(township.keys.hub, LIFETIME_S, lambda _, data: told.append(data))
    fresh.step(NOW + 1000)
    assert len(told) == 1
    fresh.repeat()
    assert told[0] == told[1]


def test_a_key_that_the_officers_did_not_name_publishes_nothing(township: Township) -> None:
    told: list[bytes] = []
    stranger = Township.build().keys.hub
    Publisher(stranger, LIFETIME_S, lambda _, data: told.append(data)).step(NOW)
    assert told == []
    assert not ListVersion.objects.exists()


def test_before_the_first_package_there_is_nothing_to_say() -> None:
    told: list[str] = []
    publisher = Publisher(
        Township.build().keys.hub, LIFETIME_S, lambda topic, _: told.append(topic)
    )
    publisher.step(NOW)
    publisher.repeat()
    assert told == []
