"""What tests of the hub begin with: a township around one machine's journal, people logged in.

A file whose township is another one says so by a fixture of the same name.
"""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal
from tests.support.township import Township


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path, journal: Journal) -> Township:
    """Imported by the hub whose staff site clients ask."""
    hub.staff_site(settings, tmp_path)
    return hub.township(journal)


@pytest.fixture
def public(settings: Settings, tmp_path: Path) -> Client:
    """A villager at the public site, whose hub has the log's key."""
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    site_rig.keys(tmp_path)
    return Client()


@pytest.fixture
def clerk(township: Township) -> Client:
    return client("geng")


@pytest.fixture
def inspector(township: Township) -> Client:
    return client("ren")


@pytest.fixture
def leader(township: Township) -> Client:
    return client("gui")
