"""The machines that every attack on the approval list is tried on."""

import pytest

from tests.support.press import Press
from tests.wire.adopt_rig import TOWN
from wire.lists.adopt import Trusted


@pytest.fixture(scope="module")
def machine() -> Trusted:
    """A machine that holds version 1."""
    return TOWN.adopted()


@pytest.fixture
def fresh() -> Trusted:
    """A machine without a list: whatever it refuses, it refuses for what is in the bundle."""
    return TOWN.pinned()


@pytest.fixture
def press() -> Press:
    """An honest version 2, ready to be bent."""
    return Press(TOWN)
