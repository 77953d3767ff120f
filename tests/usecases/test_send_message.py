"""E-mail and SMS steps: whom they reach, what they say, who is spared, and never twice."""

import pytest

from partner_events.domain.ids import ContactId
from partner_events.domain.outgoing import Blocked, Channel, sender_of
from partner_events.domain.trigger import Reason
from partner_events.domain.unsubscribe import Unsubscribe
from partner_events.message_ports import MaybeSent, NotSent
from partner_events.usecases.change_contact import change_contact
from tests.crash.world import START, TEAM
from tests.usecases.acting import Stage


def email(**more):
    usual = {"subject": "Hi {{contact.name}}", "text": "Hello {{contact.name}}"}
    return {"type": "email", "category": "transactional", **usual, **more}


def sms(**more):
    return {"type": "sms", "category": "transactional", "text": "Hi {{contact.name}}", **more}


def a_stage(**more):
    return Stage(phone="+14155551234", **more)


def agree(stage, **consent):
    change_contact(
        ContactId("c1"),
        {"consent": consent},
        team=TEAM,
        now=START,
        contacts=stage.world.told_contacts(),
    )


def mail(stage):
    (mail,) = stage.world.mails.sent
    return mail


def test_an_email_goes_to_the_contact_from_the_stack_s_sender_escaped_for_where_it_goes():
    stage = Stage(data={"who": "Tom & <b>Ann</b>\r\nBcc: evil@example.com"})
    step = email(
        subject="For {{event.data.who}}", html="<p>{{event.data.who}}</p>", text="{{event.name}}"
    )
    outcome = stage.act(step)

    assert outcome.outputs == {"message_id": "message-1"}
    assert (mail(stage).to, mail(stage).sender) == (
        "ada@example.com",
        '"Acme" <hello@acme.example>',
    )
    assert mail(stage).subject == "For Tom & <b>Ann</b>  Bcc: evil@example.com"
    assert mail(stage).html.startswith("<p>Tom &amp; &lt;b&gt;Ann&lt;/b&gt;")
    assert mail(stage).text == "user_signup"
    assert mail(stage).headers == {}


def test_a_step_may_name_recipient_sender_and_reply_address():
    stage = Stage(data={"to": "bob@example.com", "team": "Sales"})
    step = {"to": "{{event.data.to}}", "reply_to": "sales@acme.example"}
    stage.act(email(**step, **{"from": '{{event.data.team}} "A" <sales@acme.example>'}))

    assert (mail(stage).to, mail(stage).reply_to) == ("bob@example.com", "sales@acme.example")
    assert mail(stage).sender == '"Sales \'A" <sales@acme.example>'


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        ("shop@acme.example", "shop@acme.example"),
        ("Shop <shop@ACME.example>", '"Shop" <shop@ACME.example>'),
        ("ceo@bank.example", None),
        ("Acme <hello@acme.example.evil.example>", None),
        ("nobody", None),
    ],
)
def test_nobody_sends_in_the_name_of_another_domain(said, sender):
    assert sender_of(said, "Acme <hello@acme.example>") == sender


@pytest.mark.parametrize(
    ("to", "error"),
    [("nobody", "invalid_address"), ("a@x.example,b", "invalid_address")],
)
def test_what_is_no_address_fails_the_step(to, error):
    stage = Stage()

    assert stage.act(email(to=to)).error == error
    assert stage.world.mails.sent == []


def test_who_has_no_address_is_skipped():
    stage = Stage(email=None)

    assert stage.act(email()).skipped is Reason.NO_ADDRESS
    assert stage.act(sms(), key="sms").skipped is Reason.NO_ADDRESS


@pytest.mark.parametrize(
    ("missing", "skipped", "error", "sent"),
    [
        ("empty", None, None, 1),
        ("skip", Reason.MISSING_VALUE, None, 0),
        ("fail", None, "missing_value", 0),
    ],
)
def test_a_value_that_is_not_there_is_empty_or_skips_or_fails(missing, skipped, error, sent):
    stage = a_stage()
    outcome = stage.act(sms(text="{{event.data.none}}!", missing=missing))

    assert (outcome.skipped, outcome.error, len(stage.world.texts.sent)) == (skipped, error, sent)


@pytest.mark.parametrize(
    ("step", "consent", "goes"),
    [
        (email(category="marketing"), None, True),
        (email(category="marketing"), True, True),
        (email(category="marketing"), False, False),
        (email(), False, True),
        (sms(category="marketing"), None, False),
        (sms(category="marketing"), True, True),
        (sms(), None, True),
    ],
)
def test_marketing_needs_consent_and_what_people_must_know_does_not(step, consent, goes):
    stage = a_stage()
    agree(stage, **{step["type"]: consent})
    outcome = stage.act(step)

    assert outcome.skipped is (None if goes else Reason.NO_CONSENT)
    assert len(stage.world.mails.sent) + len(stage.world.texts.sent) == goes


@pytest.mark.parametrize(
    ("why", "category", "goes"),
    [
        (Blocked.BOUNCED, "transactional", False),
        (Blocked.COMPLAINED, "marketing", False),
        (Blocked.UNSUBSCRIBED, "marketing", False),
        (Blocked.UNSUBSCRIBED, "transactional", True),
    ],
)
def test_a_suppressed_address_is_spared(why, category, goes):
    stage = Stage()
    stage.world.suppressed.add(TEAM, Channel.EMAIL, "ADA@example.com", why, now=START)
    outcome = stage.act(email(category=category))

    assert outcome.skipped is (None if goes else Reason.SUPPRESSED)


def test_marketing_mail_has_a_way_out_in_its_text_and_in_its_headers():
    stage = Stage()
    stage.act(email(category="marketing", html="<p>Hi</p>"))
    link = mail(stage).headers["List-Unsubscribe"].strip("<>")
    token = link.removeprefix("https://api.acme.example/unsubscribe/")

    assert mail(stage).headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f'href="{link}"' in mail(stage).html
    assert link in mail(stage).text
    assert Unsubscribe.read(token, stage.world.secrets.pepper()) == Unsubscribe(
        team=TEAM, contact=ContactId("c1"), channel=Channel.EMAIL, address="ada@example.com"
    )


def test_a_link_that_the_text_shows_itself_is_not_added_again():
    stage = Stage()
    stage.act(email(category="marketing", text="Leave: {{unsubscribe_url}}"))

    assert mail(stage).text.count("https://") == 1


def test_a_token_that_was_changed_is_none():
    token = Unsubscribe(
        team=TEAM, contact=None, channel=Channel.EMAIL, address="a@example.com"
    ).token(b"key")

    for wrong in ("", ".", token[:-1], "x" + token, token + "A", "ü", token.replace(".", "")):
        assert Unsubscribe.read(wrong, b"key") is None
    assert Unsubscribe.read(token, b"other") is None


def fail_with(error):
    def answer(_):
        raise error

    return answer


def test_a_message_is_sent_once_however_often_the_step_is_repeated():
    stage = a_stage()
    first, again = stage.act(sms()), stage.act(sms())

    assert first.outputs == again.outputs == {"message_id": "message-1"}
    assert len(stage.world.texts.sent) == 1


def test_a_refused_message_may_be_tried_again():
    stage = a_stage()
    stage.world.texts.answer = fail_with(NotSent("Throttled", final=False))
    refused = stage.act(sms())
    stage.world.texts.answer = lambda _: None
    sent = stage.act(sms())

    assert (refused.error, refused.final) == ("Throttled", False)
    assert (sent.error, len(stage.world.texts.sent)) == (None, 1)


def test_a_message_without_an_answer_is_unknown_and_not_sent_again():
    stage = a_stage()
    stage.world.texts.answer = fail_with(MaybeSent("no_answer"))
    first = stage.act(sms())
    stage.world.texts.answer = lambda _: None
    again = stage.act(sms())

    assert (first.error, first.final) == (again.error, again.final) == ("unknown", True)
    assert stage.world.texts.sent == []


def test_who_asks_for_at_least_once_gets_another_try_without_an_answer():
    stage = a_stage()
    stage.world.texts.answer = fail_with(MaybeSent("no_answer"))
    first = stage.act(sms(delivery="at_least_once"))
    stage.world.texts.answer = lambda _: None
    again = stage.act(sms(delivery="at_least_once"))

    assert (first.error, first.final, again.error) == ("unknown", False, None)
