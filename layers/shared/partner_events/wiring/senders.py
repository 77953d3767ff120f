"""Which sender a webhook goes through, by what its url names."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from partner_events.domain.webhook import WebhookAnswer, WebhookRequest, is_cloud
from partner_events.http.webhook_sender import HttpWebhookSender
from partner_events.ports import WebhookSender
from partner_events.settings import Settings

if TYPE_CHECKING:
    from partner_events.aws.cloud_sender import CloudSender


class Senders:
    """`create` makes clients, of which most environments need none: few name a queue or bus."""

    def __init__(self, settings: Settings, create: Callable[..., Any]) -> None:
        self._partition = settings.trigger_queue_arn.split(":")[1]
        self._create = create
        self.http = HttpWebhookSender(allow_private=settings.allow_private_targets)

    def check(self, url: str) -> None:
        self._of(url).check(url)

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        return self._of(request.url).send(request)

    def _of(self, url: str) -> WebhookSender:
        return self._cloud if is_cloud(url) else self.http

    @cached_property
    def _cloud(self) -> "CloudSender":
        from partner_events.aws.cloud_sender import CloudSender

        return CloudSender(self._create, partition=self._partition)
