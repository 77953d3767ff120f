"""An event as deep as one may come in is read again, though its envelope has made it deeper."""

from partner_events.domain.endpoint import Format
from partner_events.domain.event import JsonText
from partner_events.domain.event_secrets import HIDDEN
from partner_events.http.events import event_reply
from partner_events.jsontext import MAX_DEPTH, loads, reread
from tests.ports.examples import a_logged_event

DEEPEST = '{"a":' * (MAX_DEPTH - 2) + "{}" + "}" * (MAX_DEPTH - 2)


def test_the_log_tells_it_without_its_secret_in_every_format_d_4_f_14():
    data = f'{{"promoter":{{"temp_password":"XPQ-rT"}},"more":{DEEPEST}}}'
    body = f'{{"type":"promoter_signed_up","timestamp":"2026-01-02T03:04:05.000Z","data":{data}}}'
    event = a_logged_event(name="promoter_signed_up", body=JsonText(body))

    assert loads(data)
    for format in Format:
        told = reread(event_reply(event, format, 1))
        assert told.get("data", told.get("payload"))["promoter"] == {"temp_password": HIDDEN}
