"""What is stored of an answer holds no secret that we told (F-14, D-43)."""

import pytest

from partner_events.domain.redaction import redacted

SECRET = "XPQ-rT"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b"ok", b"ok"),
        (b'{"temp_password":"XPQ-rT","id":1}', b'{"temp_password":[redacted],"id":1}'),
        (b"you sent XPQ-rT, thanks", b"you sent [redacted], thanks"),
        (b'"{\\"temp_password\\":\\"XPQ-rT\\"}"', b'"{\\"temp_password\\":[redacted]}"'),
        (b"temp_password=XPQ-rT&id=1", b"temp_password=[redacted]&id=1"),
        (b"...you sent XPQ", b"...you sent [redacted]"),
        (b"'temp_password': 'XPQ-rT'", b"'temp_password': [redacted]"),
    ],
)
def test_a_secret_that_a_receiver_echoes_is_taken_out_f_14(answer: bytes, kept: bytes) -> None:
    assert redacted(answer, [SECRET]) == kept


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b'{"auth_token": "abc def"}', b'{"auth_token": [redacted]}'),
        (b'{"temp_password":"cut o', b'{"temp_password":[redacted]'),
        (b'{"temperature":"7"}', b'{"temperature":"7"}'),
    ],
)
def test_a_secret_field_is_taken_out_whatever_its_value_f_14(answer: bytes, kept: bytes) -> None:
    assert redacted(answer, []) == kept
