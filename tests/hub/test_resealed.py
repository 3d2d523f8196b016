"""Applications on a seal that was retired: approved anew for the one that came after, or not."""

import pytest
from django.test import Client

from hub.applications import file, granted, status
from hub.clock import now_ms
from hub.people.roster import find
from tests.hub.test_seal_register import SEAL, approved, committee, retired, signed
from tests.hub.test_staff_rules import draft, filed
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.refusals import Refused

pytestmark = pytest.mark.django_db


def test_open_grants_on_an_old_seal_are_approved_anew(clerk: Client, township: Township) -> None:
    found = approved(township)
    assert status.standing(found, now_ms()).state == "approved"
    later = signed(township, committee("suspended"))
    page = clerk.get(f"/applications/{found.pk}/").content.decode()
    assert "暂停使用，机器现在不盖" in page
    assert status.standing(found, now_ms()).state == "approved"
    retired(later)
    assert status.standing(found, now_ms()).state == "resealed"
    page = clerk.get(f"/applications/{found.pk}/").content.decode()
    assert "换成了晨光村村民委员会章（新），原来的审批不算数" in page
    assert "到机器上盖章。" not in page
    again = f"/items/residence/new?again={found.pk}"
    assert again in page
    form = clerk.get(again).content.decode()
    assert 'value="居住证明"' in form
    assert 'value="seal-committee-2" checked' in form
    assert 'value="seal-committee"' not in form, "nothing is filed on an old seal"
    assert f"/applications/{found.pk}/" in clerk.get(SEAL).content.decode()
    assert [one.subject for one in granted.granted(DEVICE)] == [bytes(found.data)], (
        "the machine refuses it by the signed list, and says why"
    )


def test_nobody_approves_or_files_on_an_old_seal(clerk: Client, township: Township) -> None:
    found = filed()
    later = retired(township)
    standing = status.standing(found, now_ms())
    assert (standing.state, standing.waiting) == ("resealed", ())
    geng = find("geng", now_ms())
    assert geng is not None
    with pytest.raises(Refused, match="seal_mismatch"):
        file.submit(draft(), geng, random_id=bytes(32), now_ms=now_ms())
    assert later.version == 2
    assert clerk.get("/items/residence/new?again=999").status_code == 404
