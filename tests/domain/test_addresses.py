"""The guard against a second table: written as ranges, by hand, from IANA's registries."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.addresses import is_public

REFUSED_IPV4 = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.31.196.0", "192.31.196.255"),
    ("192.52.193.0", "192.52.193.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("192.175.48.0", "192.175.48.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
]
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff"
ALLOWED_IPV6 = [
    ("2000::", f"2000:ffff:{ALL_ONES}"),
    ("2001:200::", f"2001:db7:{ALL_ONES}"),
    ("2001:db9::", f"2001:ffff:{ALL_ONES}"),
    ("2003::", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff"),
    ("2620:4f:8001::", f"3ffe:ffff:{ALL_ONES}"),
    ("3fff:1000::", f"3fff:ffff:{ALL_ONES}"),
]


def numbers(ranges):
    return [(int(ip_address(first)), int(ip_address(last))) for first, last in ranges]


def within(number, ranges):
    return any(first <= number <= last for first, last in numbers(ranges))


def borders(ranges, highest):
    """Every range's ends and their neighbours on the other side."""
    ends = {end for first, last in numbers(ranges) for end in (first - 1, first, last, last + 1)}
    return sorted(end for end in ends if 0 <= end <= highest)


def numbers_near(ranges, bits):
    anywhere = st.integers(0, 2**bits - 1)
    inside = st.sampled_from(numbers(ranges)).flatmap(lambda ends: st.integers(*ends))
    return anywhere | inside


@pytest.mark.parametrize("number", borders(REFUSED_IPV4, 2**32 - 1))
def test_every_ipv4_block_begins_and_ends_where_iana_says(number):
    assert is_public(IPv4Address(number)) is not within(number, REFUSED_IPV4)


@pytest.mark.parametrize("number", borders(ALLOWED_IPV6, 2**128 - 1))
def test_every_ipv6_block_begins_and_ends_where_iana_says(number):
    assert is_public(IPv6Address(number)) is within(number, ALLOWED_IPV6)


@given(numbers_near(REFUSED_IPV4, 32))
def test_any_ipv4_address_is_judged_as_the_second_table_judges_it(number):
    assert is_public(IPv4Address(number)) is not within(number, REFUSED_IPV4)


@given(numbers_near(ALLOWED_IPV6, 128))
def test_any_ipv6_address_is_judged_as_the_second_table_judges_it(number):
    assert is_public(IPv6Address(number)) is within(number, ALLOWED_IPV6)


@given(st.ip_addresses())
def test_an_address_and_its_text_are_judged_alike(address):
    assert is_public(str(address)) is is_public(address)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_inside_of_an_ipv6_one_is_never_public(number):
    carriers = [
        number,
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
    ]

    assert not any(is_public(IPv6Address(carrier)) for carrier in carriers)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
        "224.0.0.1",
    ],
)
def test_addresses_that_were_doors_elsewhere_are_closed_here(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_addresses_on_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "text", ["", "example.com", "2130706433", "0x7f.1", "1.1", "01.1.1.1", "2606:4700::1%eth0"]
)
def test_what_is_not_plainly_an_address_is_not_public(text):
    assert not is_public(text)
