"""Who verifies while a secret is rotated, and after: asked of the published packages."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from os import urandom

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from svix.webhooks import Webhook as SvixWebhook

from partner_events.domain.endpoint import Endpoint, SealedSecret
from partner_events.domain.errors import Conflict, NotFound, Overtaken
from partner_events.domain.event import JsonText
from partner_events.domain.ids import EndpointId
from partner_events.ports import AlreadyThere
from partner_events.usecases.rotate_secret import rotate_secret
from partner_events.usecases.sign_webhook import sign_webhook
from tests.fakes.directory import InMemoryDirectory, InMemoryEndpointStore
from tests.fakes.secrets import PlainSecretBox
from tests.ports.examples import ACME, GLOBEX, an_endpoint

DAY = timedelta(days=1)
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
ONE = EndpointId("ep_1")
BOX = PlainSecretBox()
BODY = JsonText('{"type":"user_signup","data":{"amount":99.00}}')


def a_secret(letter):
    return "whsec_" + b64encode(letter.encode() * 32).decode()


FIRST, SECOND, THIRD = map(a_secret, "abc")


def sealed(secret):
    return SealedSecret(sealed=BOX.seal(secret, team=ACME), created_at=LONG_AGO)


@pytest.fixture
def now():
    """The packages compare with their own clock, and let in what is five minutes old."""
    return datetime.now(UTC)


@pytest.fixture
def endpoints():
    store = InMemoryEndpointStore(InMemoryDirectory())
    store.add(an_endpoint(sealed_secrets=(sealed(FIRST),)))
    return store


@pytest.fixture
def rotate(endpoints, now):
    def rotate(secret=None, *, at=now, old_for=DAY, team=ACME, store=endpoints):
        return rotate_secret(
            ONE,
            team=team,
            brought=secret,
            old_for=old_for,
            now=at,
            random=urandom,
            endpoints=store,
            secrets=BOX,
        )

    return rotate


def verifying(endpoints, *, at):
    """Tell which of the three secrets verify what is sent at that moment, in both packages."""
    to = endpoints.get(ACME, ONE)
    request = sign_webhook(BODY, to=to, message_id="dlv_1", sent_at=at, secrets=BOX)
    return [
        secret
        for secret in (FIRST, SECOND, THIRD)
        if verifies(Webhook, secret, request) and verifies(SvixWebhook, secret, request)
    ]


def verifies(package, secret, request):
    try:
        package(secret).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


def test_for_24_hours_the_old_and_the_new_secret_verify_and_then_only_the_new(
    endpoints, rotate, now
):
    rotate(SECOND, at=now - DAY + timedelta(seconds=1))

    assert verifying(endpoints, at=now) == [FIRST, SECOND]
    assert verifying(endpoints, at=now + timedelta(seconds=1)) == [SECOND]


def test_the_newest_signature_comes_first(endpoints, rotate, now):
    rotate(SECOND)
    both = sign_webhook(
        BODY, to=endpoints.get(ACME, ONE), message_id="d", sent_at=now, secrets=BOX
    ).headers["webhook-signature"]
    rotate(SECOND, old_for=timedelta())
    newest = sign_webhook(
        BODY, to=endpoints.get(ACME, ONE), message_id="d", sent_at=now, secrets=BOX
    ).headers["webhook-signature"]

    assert both.split(" ")[0] == newest


def test_old_secrets_can_be_revoked_at_once(endpoints, rotate, now):
    rotate(SECOND)
    rotate(THIRD, old_for=timedelta())

    assert verifying(endpoints, at=now) == [THIRD]
    assert len(endpoints.get(ACME, ONE).sealed_secrets) == 1


def test_a_later_rotation_never_lengthens_the_life_of_an_older_secret(endpoints, rotate, now):
    rotate(SECOND, at=now - DAY / 2)
    rotate(THIRD, at=now, old_for=7 * DAY)
    ends = [each.expires_at for each in endpoints.get(ACME, ONE).sealed_secrets]

    assert ends == [None, now + 7 * DAY, now + DAY / 2]


def test_an_expired_secret_is_forgotten_with_the_next_rotation(endpoints, rotate, now):
    rotate(SECOND, at=now - DAY)
    rotate(THIRD, at=now)

    assert verifying(endpoints, at=now) == [SECOND, THIRD]
    assert len(endpoints.get(ACME, ONE).sealed_secrets) == 2


def test_bringing_the_same_secret_again_changes_nothing_for_receivers(endpoints, rotate, now):
    """Whoever did not get the answer may ask again."""
    rotate(SECOND)
    rotate(SECOND)

    assert verifying(endpoints, at=now) == [FIRST, SECOND]
    assert len(endpoints.get(ACME, ONE).sealed_secrets) == 2


def test_an_old_secret_that_is_brought_back_has_no_end_any_more(endpoints, rotate, now):
    rotate(SECOND)
    rotate(FIRST)
    ends = [each.expires_at is None for each in endpoints.get(ACME, ONE).sealed_secrets]

    assert verifying(endpoints, at=now) == [FIRST, SECOND]
    assert ends == [True, False]


def test_five_secrets_may_be_live_and_no_sixth(endpoints, rotate, now):
    for _ in range(4):
        rotate()
    with pytest.raises(Conflict, match="revoke"):
        rotate()

    assert len(endpoints.get(ACME, ONE).live_secrets(now)) == 5
    assert len(rotate(old_for=timedelta())[0].sealed_secrets) == 1


def test_another_teams_endpoint_is_not_found(rotate):
    with pytest.raises(NotFound):
        rotate(team=GLOBEX)


class Contended(InMemoryEndpointStore):
    """Somebody else is faster, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(InMemoryDirectory())
        self.times = times

    def save(self, endpoint: Endpoint, *, previous: Endpoint) -> None:
        if self.times > 0:
            self.times -= 1
            theirs = replace(previous, description="theirs", revision=previous.revision + 1)
            super().save(theirs, previous=previous)
            raise AlreadyThere(endpoint.id)
        super().save(endpoint, previous=previous)


def test_a_rotation_keeps_what_was_changed_meanwhile(rotate, now):
    store = Contended(times=2)
    store.add(an_endpoint(sealed_secrets=(sealed(FIRST),)))
    endpoint, _ = rotate(SECOND, store=store)

    assert endpoint.description == "theirs"
    assert verifying(store, at=now) == [FIRST, SECOND]


class Deaf(InMemoryEndpointStore):
    """Saves, but the answer is lost, and the client is told off for its second try."""

    lost = 0

    def save(self, endpoint: Endpoint, *, previous: Endpoint) -> None:
        super().save(endpoint, previous=previous)
        self.lost += 1
        if self.lost == 1:
            raise AlreadyThere(endpoint.id)


@pytest.mark.parametrize("brought", [SECOND, None])
def test_a_rotation_whose_answer_was_lost_rotates_once(rotate, brought):
    store = Deaf(InMemoryDirectory())
    store.add(an_endpoint(sealed_secrets=(sealed(FIRST),)))
    endpoint, secret = rotate(brought, store=store)

    assert [BOX.open(each.sealed, team=ACME) for each in endpoint.sealed_secrets] == [secret, FIRST]


def test_a_rotation_that_never_gets_through_says_so(rotate, now):
    store = Contended(times=99)
    store.add(an_endpoint(sealed_secrets=(sealed(FIRST),)))
    with pytest.raises(Overtaken):
        rotate(SECOND, store=store)

    assert verifying(store, at=now) == [FIRST]
