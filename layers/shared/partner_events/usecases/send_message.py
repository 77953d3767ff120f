"""The acts of email and sms steps: to whom, whether they may be written to, and once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from partner_events.domain.contact import Contact, is_email
from partner_events.domain.contact_values import is_phone
from partner_events.domain.ids import TeamId
from partner_events.domain.outgoing import Blocked, Channel, Email, Sms, sender_of
from partner_events.domain.template import Destination, Template
from partner_events.domain.trigger import Reason
from partner_events.domain.unsubscribe import Unsubscribe
from partner_events.domain.workflow_steps import (
    Category,
    EmailStep,
    Guarantee,
    Missing,
    SmsStep,
)
from partner_events.message_ports import (
    Mailer,
    MaybeSent,
    NotSent,
    SendRecord,
    SuppressionList,
    TemplateStore,
    Texter,
)
from partner_events.usecases.step_context import StepContext
from partner_events.usecases.step_ports import Act, Outcome

LONGEST_SUBJECT = 998  # characters, as a line of an e-mail
LONGEST_SMS = 1600  # characters, as SNS takes them
NEVER_IN_ADDRESS = frozenset(',;<>"()[]\\')  # where one address ends and another begins
UNKNOWN = "unknown"  # whether it was sent: it is not sent again
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058

type MessageStep = EmailStep | SmsStep


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePorts:
    """`sender` is the stack's own From, `public_url` where people reach its API."""

    mailer: Mailer
    texter: Texter
    record: SendRecord
    suppressed: SuppressionList
    templates: TemplateStore
    sender: str
    public_url: str


class _NotNow(Exception):
    """The message will not be written; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.error or outcome.skipped)
        self.outcome = outcome


def send_email(step: EmailStep, act: Act) -> Outcome:
    try:
        to = _recipient(step, Channel.EMAIL, act)
        email = _email(_with_template(step, act), to, act)
    except _NotNow as held:
        return held.outcome
    return _send(step, act, lambda: act.ports.messages().mailer.send(email))


def send_sms(step: SmsStep, act: Act) -> Outcome:
    try:
        to = _recipient(step, Channel.SMS, act)
        step = _with_template(step, act)
        text = _written(step.text or "", step, act.context(), Destination.TEXT)
        if not 0 < len(text) <= LONGEST_SMS:
            raise _fails("text_too_long" if text else "text_empty")
    except _NotNow as held:
        return held.outcome
    transactional = step.category is Category.TRANSACTIONAL
    sms = Sms(to=to, text=text, transactional=transactional)
    return _send(step, act, lambda: act.ports.messages().texter.send(sms))


def _send(step: MessageStep, act: Act, send: Callable[[], str]) -> Outcome:
    """Send, at most once unless the step wants it at least once.

    The right to send is taken before: a worker that dies in between leaves a message of which
    nobody knows, and which is not sent again.
    """
    record = act.ports.messages().record
    careful = step.delivery is Guarantee.AT_MOST_ONCE
    earlier = record.begin(act.effect, now=act.now) if careful else None
    if earlier is not None:
        return _done(earlier) if earlier else Outcome.failed(UNKNOWN)
    try:
        id = send()
    except NotSent as refusal:
        if careful:
            record.refused(act.effect)
        return Outcome(error=str(refusal), final=refusal.final)
    except MaybeSent:
        return Outcome(error=UNKNOWN, final=careful)
    if careful:
        record.sent(act.effect, id)
    return _done(id)


def _done(message_id: str) -> Outcome:
    return Outcome(outputs={"message_id": message_id})


def _with_template[Kind: (EmailStep, SmsStep)](step: Kind, act: Act) -> Kind:
    """Fill what the step leaves open of its texts from the stored template that it names."""
    if step.template is None:
        return step
    stored = act.ports.messages().templates.get(act.execution.team, step.template)
    if stored is None or stored.channel.value != step.type:
        raise _fails("template_not_found")
    names = ("subject", "html", "text") if isinstance(step, EmailStep) else ("text",)
    known = {name: getattr(step, name) or getattr(stored, name) for name in names}
    return replace(step, **known)


def _recipient(step: MessageStep, channel: Channel, act: Act) -> str:
    """Find the address, and refuse one that may not be written to."""
    contact = act.contact()
    own = (contact.email if channel is Channel.EMAIL else contact.phone) if contact else None
    said = own if step.to is None else Template(step.to).render(act.context()).text
    address = (said or "").strip()
    if not address:
        raise _skips(Reason.NO_ADDRESS)
    fits = is_email(address) if channel is Channel.EMAIL else is_phone(address)
    if not fits or NEVER_IN_ADDRESS.intersection(address):
        raise _fails("invalid_address")
    if step.category is Category.MARKETING:
        _check_consent(contact if address == (own or "").strip() else None, channel)
    why = act.ports.messages().suppressed.find(act.execution.team, channel, address)
    if why and (step.category is Category.MARKETING or why is not Blocked.UNSUBSCRIBED):
        raise _skips(Reason.SUPPRESSED)
    return address


def _check_consent(contact: Contact | None, channel: Channel) -> None:
    """Marketing goes by e-mail to whoever did not refuse it, by SMS only to who agreed."""
    agreed = getattr(contact.consent, channel.value) if contact else None
    if agreed is False or (channel is Channel.SMS and agreed is None):
        raise _skips(Reason.NO_CONSENT)


def _email(step: EmailStep, to: str, act: Act) -> Email:
    ports = act.ports.messages()
    context = act.context()
    said = step.sender and _written(step.sender, step, context, Destination.HEADER)
    sender = sender_of(said or ports.sender, ports.sender)
    if sender is None:
        raise _fails("sender_not_allowed" if ports.sender else "sender_not_configured")
    reply_to = step.reply_to and _written(step.reply_to, step, context, Destination.HEADER).strip()
    if reply_to and not is_email(reply_to):
        raise _fails("invalid_reply_to")
    marketing = step.category is Category.MARKETING
    link = _unsubscribe_link(to, act) if marketing else ""
    filled = context.also({"unsubscribe_url": link})
    email = Email(
        team=act.execution.team,
        to=to,
        sender=sender,
        reply_to=reply_to or None,
        subject=_written(step.subject or "", step, filled, Destination.HEADER)[:LONGEST_SUBJECT],
        html=step.html and _written(step.html, step, filled, Destination.HTML),
        text=step.text and _written(step.text, step, filled, Destination.TEXT),
    )
    return _with_link(email, link) if marketing else email


def _unsubscribe_link(to: str, act: Act) -> str:
    """Marketing without a way out is not sent."""
    base = act.ports.messages().public_url.rstrip("/")
    if not base:
        raise _fails("unsubscribe_not_configured")
    leave = Unsubscribe(
        team=TeamId(act.execution.team),
        contact=act.execution.contact,
        channel=Channel.EMAIL,
        address=to,
    )
    return f"{base}/unsubscribe/{leave.token(act.ports.secrets.pepper())}"


def _with_link(email: Email, link: str) -> Email:
    """Put the link under a text that does not show it, and into the headers (RFC 8058)."""
    html, text = email.html, email.text
    if html and link not in html.replace("&#x3D;", "="):
        html += f'<p><a href="{link}">Unsubscribe</a></p>'
    if text and link not in text:
        text += f"\n\nUnsubscribe: {link}"
    headers = {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": ONE_CLICK}
    return replace(email, html=html, text=text, headers=headers)


def _written(source: str, step: MessageStep, context: StepContext, to: Destination) -> str:
    """Fill a template; a value that is not there is what `missing` says it is."""
    rendered = Template(source).render(context, to=to)
    if rendered.missing and step.missing is Missing.SKIP:
        raise _skips(Reason.MISSING_VALUE)
    if rendered.missing and step.missing is Missing.FAIL:
        raise _fails("missing_value")
    return rendered.text


def _skips(reason: Reason) -> _NotNow:
    return _NotNow(Outcome(skipped=reason))


def _fails(error: str) -> _NotNow:
    return _NotNow(Outcome.failed(error))
