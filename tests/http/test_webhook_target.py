import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.webhook import InvalidWebhookUrl
from partner_events.http.webhook_target import Target


def parse(url, *, allow_private=False):
    return Target.parse(url, allow_private=allow_private)


def test_a_url_is_taken_apart():
    target = parse("https://Hooks.Example.com:8443/in/1?team=7&x=%20y")

    assert target == Target(
        scheme="https", host="hooks.example.com", port=8443, path="/in/1?team=7&x=%20y"
    )
    assert target.authority == "hooks.example.com:8443"
    assert target.encrypted


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.com", "example.com", "/"),
        ("https://example.com:443/", "example.com", "/"),
        ("https://example.com:/", "example.com", "/"),
        ("https://example.com:80/", "example.com:80", "/"),
        ("https://example.com?a=b", "example.com", "/?a=b"),
        ("https://example.com/a//b;c=1?d[]=/?", "example.com", "/a//b;c=1?d[]=/?"),
        ("https://example.com/übung?q=é", "example.com", "/%C3%BCbung?q=%C3%A9"),
        ('https://example.com/a"b\\c<d>', "example.com", "/a%22b%5Cc%3Cd%3E"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("https://my_host.example/", "my_host.example", "/"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2606:4700:0::1111]:8443/", "[2606:4700::1111]:8443", "/"),
    ],
)
def test_what_goes_on_the_wire(url, authority, path):
    target = parse(url)

    assert (target.authority, target.path) == (authority, path)


@pytest.mark.parametrize("url", ["http://example.com/", "http://127.0.0.1:3000/hook"])
def test_http_is_for_a_developers_own_machine_only(url):
    assert not parse(url, allow_private=True).encrypted
    with pytest.raises(InvalidWebhookUrl, match="https://"):
        parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "//example.com/hook",
        "https:example.com",
        "https:///hook",
        "https://:443/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com\\.evil.example/",
        "https://example.com/#fragment",
        "https://example.com/#",
        "https://example.com /",
        "https://example.com/a b",
        "https://example.com/a\tb",
        "\nhttps://example.com/",
        "https://example.com/\r\nX-Injected: 1",
        "https://example.com/\x00",
        "https://example.com/\u2028",
        "https://example.com/\u202e",
        "https://example.com/\ud800",
        "https://exa\u200dmple.com/",
        "https://ex%61mple.com/",
        "https://example.com:99999/",
        "https://example.com:https/",
        "https://example.com:٤٤٣/",
        "https://-example.com/",
        "https://example..com/",
        "https://example.com./",
        "https://.example.com/",
        "https://" + "a" * 64 + ".com/",
        "https://" + "a." * 127 + "com/",
        "https://example.com/" + "a" * 2048,
        "https://example.com/" + "é" * 1000,
        "https://[::1/",
        "https://[v1.fe80]/",
        "https://[fe80::1%25eth0]/",
        "https://[2606:4700::1111%25eth0]/",
        "https://[example.com]/",
    ],
)
def test_a_url_that_is_not_plainly_one_is_refused(url):
    with pytest.raises(InvalidWebhookUrl, match="^url "):
        parse(url)


def test_a_url_may_have_2048_characters_and_no_more():
    longest = "https://example.com/".ljust(2048, "a")

    assert parse(longest).path == longest.removeprefix("https://example.com")
    with pytest.raises(InvalidWebhookUrl, match="2048"):
        parse(longest + "a")


@pytest.mark.parametrize("port", [0, 1, 22, 25, 53, 79, 81, 442, 444, 1023])
def test_ports_of_other_services_are_refused(port):
    with pytest.raises(InvalidWebhookUrl, match="port"):
        parse(f"https://example.com:{port}/")


@pytest.mark.parametrize("port", [80, 443, 1024, 65535])
def test_ports_of_web_servers_are_not(port):
    assert parse(f"https://example.com:{port}/").port == port


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0X7F.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0x",
        "example.0x7f",
        "127.0.0.256",
        "127.0.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "٨.٨.٨.٨",
        "ｌocalhost",
        "faß.example",
        "ﬁle.example",
    ],
)
def test_an_address_or_name_is_spelled_in_one_way_only(host):
    with pytest.raises(InvalidWebhookUrl):
        parse(f"https://{host}/")


@given(st.text(max_size=80), st.sampled_from(["", "https://", "https://example.com/", "https://["]))
def test_whatever_is_accepted_is_one_clean_line_of_ascii(text, start):
    try:
        target = parse(start + text)
    except InvalidWebhookUrl:
        return
    wire = target.authority + target.path
    assert wire.isascii()
    assert wire.isprintable()
    assert " " not in wire
