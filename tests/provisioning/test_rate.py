"""The enrolment site does not work without end for one address."""

from pathlib import Path

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from hub.config import FILE, Origins
from hub.devices import ca, enrol_views
from hub.devices.rate import MOST, Rate
from hub.init import toml
from wire import cbor


@given(st.lists(st.integers(0, 3_000), max_size=200))
def test_no_more_than_the_burst_and_what_time_has_given_back(pauses: list[int]) -> None:
    rate, now_ms, taken = Rate(5, 1_000), 0, 0
    for pause in pauses:
        now_ms += pause
        taken += rate.admits("192.0.2.1", now_ms)
        assert taken <= 5 + now_ms // 1_000


def test_one_address_does_not_use_up_anothers_and_time_gives_back() -> None:
    rate = Rate(2, 1_000)
    assert [rate.admits("a", 0) for _ in range(3)] == [True, True, False]
    assert rate.admits("b", 0)
    assert not rate.admits("a", 999)
    assert rate.admits("a", 1_000)


def test_of_endless_addresses_only_some_are_remembered() -> None:
    rate = Rate(1, 1_000)
    for number in range(3 * MOST):
        rate.admits(str(number), 0)
    assert len(rate._full_at) <= MOST


def test_who_asks_too_often_is_told_so(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATE = tmp_path
    (tmp_path / FILE).write_text(toml(Origins("http://a", "http://b", "http://c")), "utf-8")
    ca.create_ca(tmp_path / "tls")
    monkeypatch.setattr(enrol_views, "_rate", Rate(2, 60_000))
    answers = [enrol_views.ca(RequestFactory().get("/")) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert cbor.decode(answers[2].content)["code"] == "too_many"
