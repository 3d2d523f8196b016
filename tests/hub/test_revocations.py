"""What the hub takes back at once: it stands in the next list, and who is revoked has no office."""

from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.people import roster
from hub.revocations import service
from hub.revocations.models import Revocation
from hub.revoke import RevokeError, in_force, revoke
from hub.work import Publisher
from tests.support.contents import DEVICE, NOW
from tests.support.township import Township
from wire.lists import bundle, content
from wire.lists.content import Grants

pytestmark = pytest.mark.django_db


@pytest.fixture
def township() -> Township:
    made = Township.build()
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    return made


def test_a_person_is_taken_back_in_the_next_list_and_has_no_office_here(
    township: Township,
) -> None:
    publisher = Publisher(township.keys.hub, 3600, lambda *_: None)
    publisher.step(NOW)
    assert roster.find("yi", NOW) is not None
    assert revoke("person", "yi", "手机被盗", NOW) == "yi"
    publisher.step(NOW + 1)
    assert _newest().revoked_persons == ("yi",)
    assert roster.find("yi", NOW) is None
    revoke("person", "yi", "找回", NOW, lift=True)
    publisher.step(NOW + 2)
    assert _newest().revoked_persons == ()
    assert roster.find("yi", NOW) is not None


def test_a_passkey_is_named_by_its_beginning(township: Township) -> None:
    key = township.roster.persons["yi"].passkeys[0].credential.hex()
    assert revoke("passkey", key[:8].upper(), "丢失", NOW) == key
    assert service.current(NOW).credentials == (bytes.fromhex(key),)
    Publisher(township.keys.hub, 3600, lambda *_: None).step(NOW)
    assert _newest().revoked_credentials == (bytes.fromhex(key),)


def test_a_new_process_does_not_publish_the_same_again(township: Township) -> None:
    revoke("person", "yi", "手机被盗", NOW)
    for _ in range(2):
        Publisher(township.keys.hub, 3600, lambda *_: None).step(NOW)
    assert ListVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("person", "y"),
        ("person", "stranger"),
        ("passkey", "ab"),
        ("passkey", "00" * 32),
        ("grant", "ab" * 32),
    ],
)
def test_what_nobody_knows_or_is_not_clear_is_not_revoked(
    township: Township, kind: str, value: str
) -> None:
    with pytest.raises(RevokeError, match="it must be one"):
        revoke(kind, value, "-", NOW)
    assert in_force(NOW) == []


def test_what_is_not_revoked_is_not_given_back(township: Township) -> None:
    with pytest.raises(RevokeError):
        revoke("person", "yi", "-", NOW, lift=True)


def test_the_reasons_stay_as_they_were_written(township: Township) -> None:
    revoke("person", "yi", "手机被盗", NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.update(reason="nothing happened")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.all().delete()


def _newest() -> Grants:
    newest = ListVersion.objects.order_by("version").last()
    assert newest is not None
    files = bundle.decode(bytes(newest.bundle)).files
    return content.decode(Grants, files[bundle.grants_path(DEVICE)])
