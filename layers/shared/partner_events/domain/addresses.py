"""Which IP addresses are public, so that a webhook may be sent to them.

The networks are written out, because `is_global` and `is_private` are no guard: they call
64:ff9b::7f00:1, 2002:7f00:1:: (both of them 127.0.0.1), ff02::1 and 224.0.0.1 global.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA IPv4 Special-Purpose Address Registry, and multicast.
_IPV4_SPECIAL = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' shared space
        "127.0.0.0/8",  # loopback: on Lambda, the runtime API
        "169.254.0.0/16",  # link-local: the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

# Whatever carries an IPv4 address inside (mapped, compatible, NAT64) is outside of this one.
_IPV6_UNICAST = IPv6Network("2000::/3")

_IPV6_SPECIAL = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: IPv4Address | IPv6Address | str) -> bool:
    """Say whether anyone on the internet could reach this address.

    Text that is not an address is not public either: a name must be resolved first.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _IPV4_SPECIAL)
    return _is_public_ipv6(ip)


def _is_public_ipv6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None or ip not in _IPV6_UNICAST:
        return False
    return not any(ip in network for network in _IPV6_SPECIAL)
