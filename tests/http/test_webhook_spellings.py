"""Every spelling of every address that is not public, against a table of its own."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partner_events.domain.webhook import ErrorClass, WebhookRequest
from partner_events.http.webhook_addresses import resolve
from partner_events.http.webhook_sender import HttpWebhookSender
from tests.domain.test_addresses import REFUSED_IPV4, numbers
from tests.http.evil_receiver import Internet

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")


def parts(number: int) -> list[int]:
    return list(number.to_bytes(4))


def words(number: int) -> str:
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


SPELLINGS: dict[str, Callable[[int], str]] = {
    "dotted": lambda n: str(IPv4Address(n)),
    "dotted, with a dot at the end": lambda n: f"{IPv4Address(n)}.",
    "decimal": str,
    "hexadecimal": hex,
    "octal": lambda n: f"0{n:o}",
    "dotted hexadecimal": lambda n: ".".join(map(hex, parts(n))),
    "dotted octal": lambda n: ".".join(f"0{part:o}" for part in parts(n)),
    "dotted, with zeros": lambda n: ".".join(f"{part:03}" for part in parts(n)),
    "dotted, in mixed bases": lambda n: "{:#x}.0{:o}.{}.{}".format(*parts(n)),
    "two parts": lambda n: f"{n >> 24}.{n & 0xFFFFFF}",
    "three parts": lambda n: f"{n >> 24}.{n >> 16 & 0xFF}.{n & 0xFFFF}",
    "full-width digits": lambda n: str(IPv4Address(n)).translate(FULL_WIDTH),
    "Arabic digits": lambda n: str(IPv4Address(n)).translate(ARABIC),
    "circled digits": lambda n: str(IPv4Address(n)).translate(CIRCLED),
    "ideographic full stops": lambda n: str(IPv4Address(n)).replace(".", "。"),
    "percent encoded": lambda n: "".join(f"%{ord(sign):x}" for sign in str(IPv4Address(n))),
    "IPv6-mapped": lambda n: f"[::ffff:{words(n)}]",
    "IPv6-mapped, dotted": lambda n: f"[::ffff:{IPv4Address(n)}]",
    "IPv6-mapped, in full": lambda n: f"[0:0:0:0:0:ffff:{words(n)}]",
    "IPv6-compatible": lambda n: f"[::{words(n)}]",
    "IPv6-translated": lambda n: f"[::ffff:0:{words(n)}]",
    "NAT64": lambda n: f"[64:ff9b::{words(n)}]",
    "local NAT64": lambda n: f"[64:ff9b:1::{words(n)}]",
    "6to4": lambda n: f"[2002:{words(n)}::]",
    "Teredo": lambda n: f"[2001:0:{words(n)}::]",
    "Teredo's client": lambda n: f"[2001::{words(n ^ 0xFFFFFFFF)}]",
    "ISATAP": lambda n: f"[fe80::5efe:{words(n)}]",
    "behind a user name": lambda n: f"hooks.example@{IPv4Address(n)}",
    "behind a backslash": lambda n: f"hooks.example\\@{IPv4Address(n)}",
}
OF_NOBODY = st.sampled_from(numbers(REFUSED_IPV4)).flatmap(lambda ends: st.integers(*ends))


@pytest.mark.parametrize("spelling", SPELLINGS)
@settings(deadline=None, max_examples=25)
@given(number=OF_NOBODY)
def test_no_spelling_of_any_address_that_is_not_public_is_connected_to(
    spelling: str, number: int
) -> None:
    internet = Internet()
    sender = HttpWebhookSender(allow_private=False, resolve=resolve, connect=internet.connect)
    url = f"https://{SPELLINGS[spelling](number)}:9001/"
    answer = sender.send(
        WebhookRequest(url=url, headers={}, body=b"{}", timeout=timedelta(seconds=5))
    )

    assert answer.error is ErrorClass.BLOCKED
    assert internet.connected == []
