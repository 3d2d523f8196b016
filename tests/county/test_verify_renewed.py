"""A paper whose code was made under a log that ended: the county's page still knows it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page

from tests.county.verify_rig import Log, Rig, rig
from tests.hub.journal_rig import Journal
from tests.support.sealed_log import NAME, VKEY
from tests.support.township import Township
from wire.lists import renewal
from wire.tlog import note

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NEW = f"{NAME}-2"
KEY = Ed25519PrivateKey.generate()
NEW_VKEY = note.vkey(NEW, KEY.public_key().public_bytes_raw())


def renewed(house: Rig, log: Log) -> None:
    """The officers name the new log, and the county has their package and the new key."""
    former = renewal.last_head(VKEY, log.sign(), (), 0)
    town = Township.build(log.journal.key)
    fields: dict[str, Any] = {"log_origin": NEW, "log_key": NEW_VKEY, "former_logs": (former,)}
    town = town.change(policy=replace(town.authority.policy, **fields))
    (house.folder / "package.cbor").write_bytes(town.package)
    config = house.folder / "pages.json"
    told = json.loads(config.read_text("utf-8"))
    told["townships"][0]["log"] = NEW_VKEY
    config.write_text(json.dumps(told))


def state(page: Page) -> str:
    return page.locator("#answer .verdict").inner_text()


def test_what_the_old_log_proved_up_to_its_end_holds_and_nothing_after_it(
    page: Page, tmp_path: Path
) -> None:
    log = Log(Journal())
    with rig(tmp_path, log.journal) as house:
        stamped = log.journal.stamp(b"g" * 32)
        badge = log.file(stamped)
        renewed(house, log)
        house.publish(stamped, badge)
        house.scan(page, stamped)
        assert "真实" in state(page)
        page.locator("summary").click()
        assert f"✓ {NAME}" in page.inner_text("details")
        later = log.journal.stamp(b"h" * 32)
        house.publish(later, log.file(later))
        house.scan(page, later)
        assert "真实" not in state(page)
        again = replace(log, key=KEY, name=NEW)
        house.publish(stamped, again.file(stamped))
        house.scan(page, stamped)
        assert "真实" in state(page)


def test_without_the_officers_word_the_old_log_proves_nothing(page: Page, tmp_path: Path) -> None:
    log = Log(Journal())
    with rig(tmp_path, log.journal) as house:
        stamped = log.journal.stamp(b"g" * 32)
        renewed(house, log)
        (house.folder / "package.cbor").write_bytes(Township.build(log.journal.key).package)
        house.publish(stamped, log.file(stamped))
        house.scan(page, stamped)
        assert "真实" not in state(page)
