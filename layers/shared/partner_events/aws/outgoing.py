"""E-mail by SES and text messages by SNS: one call each, never repeated by the client itself."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)

from partner_events.domain.outgoing import Email, Sms
from partner_events.message_ports import MaybeSent, NotSent

# What the service would refuse again, whenever it is asked.
FINAL = frozenset(
    {
        "MessageRejected",
        "MailFromDomainNotVerifiedException",
        "BadRequestException",
        "NotFoundException",
        "InvalidParameter",
        "InvalidParameterValue",
        "ValidationException",
        "OptedOut",
    }
)


class SesMailer:
    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, email: Email) -> str:
        request: Any = {
            "FromEmailAddress": email.sender,
            "Destination": {"ToAddresses": [email.to]},
            "Content": {"Simple": _content(email)},
            "EmailTags": [{"Name": "team", "Value": email.team}],
        }
        if email.reply_to:
            request["ReplyToAddresses"] = [email.reply_to]
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return _once(lambda: str(self._client.send_email(**request)["MessageId"]))


class SnsTexter:
    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, sms: Sms) -> str:
        kind = "Transactional" if sms.transactional else "Promotional"
        attributes: Any = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": kind}}
        return _once(
            lambda: str(
                self._client.publish(
                    PhoneNumber=sms.to, Message=sms.text, MessageAttributes=attributes
                )["MessageId"]
            )
        )


def _content(email: Email) -> dict[str, Any]:
    bodies = {"Html": email.html, "Text": email.text}
    return {
        "Subject": {"Data": email.subject, "Charset": "UTF-8"},
        "Body": {name: {"Data": body, "Charset": "UTF-8"} for name, body in bodies.items() if body},
        "Headers": [{"Name": name, "Value": value} for name, value in email.headers.items()],
    }


def _once(call: Callable[[], str]) -> str:
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if error.response["ResponseMetadata"].get("HTTPStatusCode", 500) >= 500:
            raise MaybeSent(code) from error
        raise NotSent(code, final=code in FINAL) from error
    except (ConnectTimeoutError, EndpointConnectionError) as error:
        raise NotSent("no_connection", final=False) from error
    except HTTPClientError as error:
        raise MaybeSent("no_answer") from error
