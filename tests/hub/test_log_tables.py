"""Rows of the log and of the records stay as they were written."""

import pytest
from django.db import IntegrityError, transaction

from hub.devices.models import ListVersion
from hub.ingest.models import Record
from hub.log.models import Leaf

pytestmark = pytest.mark.django_db


def test_a_leaf_is_neither_changed_nor_deleted() -> None:
    Leaf.objects.create(index=0, data=b"leaf", hash=bytes(32))
    with pytest.raises(IntegrityError), transaction.atomic():
        Leaf.objects.update(data=b"another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Leaf.objects.all().delete()
    assert bytes(Leaf.objects.get().data) == b"leaf"


def test_a_record_is_neither_changed_nor_deleted_and_its_place_is_given_once() -> None:
    Record.objects.create(
        device="sunrise-1",
        village="sunrise",
        seq=1,
        entry_hash=bytes(32),
        envelope=b"e",
        kind="boot",
        wall_ms=1,
        received_ms=1,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.update(envelope=b"forged")
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.all().delete()
    Record.objects.update(leaf_index=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.update(leaf_index=5)


@pytest.mark.django_db(transaction=True)
def test_a_published_list_stays() -> None:
    ListVersion.objects.create(
        device="sunrise-1",
        version=1,
        sha256=bytes(32),
        bundle=b"b",
        published_ms=1,
        expires_ms=2,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ListVersion.objects.update(bundle=b"forged")
    ListVersion.objects.update(leaf_index=0)
