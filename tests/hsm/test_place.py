"""PKCS#11 URIs (RFC 7512): what names a key, and what would only seem to."""

from pathlib import Path

import pytest

from hsm.errors import TokenError
from hsm.place import Place, is_uri, parse

WHOLE = "pkcs11:token=county;object=holder-1?module-path=/usr/lib/m.so"


def test_a_whole_uri() -> None:
    assert parse(WHOLE) == (Place("/usr/lib/m.so", "county", "holder-1"), None)


def test_percent_encoding_order_and_the_file_of_the_pin() -> None:
    uri = (
        "pkcs11:object=%e6%8c%81%e6%9c%89%e4%ba%ba;type=private;token=a%3bb"
        "?pin-source=file:///run/pin&module-path=/m.so"
    )
    assert parse(uri) == (Place("/m.so", "a;b", "持有人"), Path("/run/pin"))


@pytest.mark.parametrize("text", ["pkcs11:x", "PKCS11:x"])
def test_what_is_a_uri(text: str) -> None:
    assert is_uri(text)
    assert not is_uri("./" + text)


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:",
        "pkcs11:token=county?module-path=/m.so",
        "pkcs11:object=k?module-path=/m.so",
        "pkcs11:token=county;object=k",
        "pkcs11:token=;object=k?module-path=/m.so",
        WHOLE + "&pin-value=1234",
        WHOLE.replace("?", ";serial=1?"),
        WHOLE.replace("?", ";token=other?"),
        WHOLE.replace("?", ";type=public?"),
        WHOLE.replace("?", ";%ff?"),
        WHOLE.replace("holder-1", "%ff"),
    ],
)
def test_what_is_incomplete_or_would_have_no_effect_is_refused(uri: str) -> None:
    with pytest.raises(TokenError, match="。 "):
        parse(uri)


def test_a_pin_in_the_uri_is_not_said_again() -> None:
    with pytest.raises(TokenError) as failed:
        parse(WHOLE + "&pin-value=86420")
    assert "86420" not in str(failed.value)
