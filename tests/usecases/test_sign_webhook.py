"""The request that an endpoint gets: its own headers and time, and our signature on top."""

from datetime import timedelta

from partner_events.domain.endpoint import SealedSecret
from partner_events.domain.event import JsonText
from partner_events.domain.signature import new_secret
from partner_events.usecases.sign_webhook import sign_webhook
from tests.crash.world import TEAM, World
from tests.fakes.secrets import PlainSecretBox
from tests.ports.examples import ACME, NOW, an_endpoint

SECRET = PlainSecretBox().seal(new_secret(bytes), team=ACME)


def signed(**given):
    secrets = (SealedSecret(sealed=SECRET, created_at=NOW),)
    return sign_webhook(
        JsonText("{}"),
        to=an_endpoint(sealed_secrets=secrets, **given),
        message_id="dlv_1",
        sent_at=NOW,
        secrets=PlainSecretBox(),
    )


def test_an_endpoints_own_headers_and_timeout_go_with_it():
    request = signed(headers={"X-Env": "live"}, timeout_seconds=3)

    assert request.headers["X-Env"] == "live"
    assert request.timeout == timedelta(seconds=3)


def test_an_attempt_takes_15_seconds_at_most_if_nothing_else_is_said():
    assert signed().timeout == timedelta(seconds=15)


def test_no_header_of_an_endpoint_stands_in_for_ours():
    """None is saved (D-6), but if one were there it would not be believed."""
    request = signed(headers={"webhook-id": "forged", "content-type": "text/xml"})

    assert request.headers["webhook-id"] == "dlv_1"
    assert request.headers["content-type"] == "application/json"


def test_a_delivery_takes_both_to_the_sender():
    world = World()
    for endpoint in world.endpoints.all(TEAM):
        changed = endpoint.changed({"headers": {"X-Env": "live"}, "timeout_seconds": 3}, now=NOW)
        world.endpoints.save(changed, previous=endpoint)
    world.accept("t1")
    world.drain()
    signed = [each for each in world.receivers.requests if "webhook-signature" in each.headers]

    assert len(signed) == 4  # two endpoints hear of the event, and of the contact it made
    assert {each.headers["X-Env"] for each in signed} == {"live"}
    assert {each.timeout for each in signed} == {timedelta(seconds=3)}
