"""A sender that answers from a script."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from partner_events.domain.webhook import InvalidWebhookUrl, WebhookAnswer, WebhookRequest

OK = WebhookAnswer(status=200, duration=timedelta())

type Script = Sequence[WebhookAnswer] | Callable[[WebhookRequest], WebhookAnswer]


class ScriptedSender:
    """Answers each url from its script, which is a list of answers or a function.

    Without a script, and after the end of a list, the answer is `otherwise`. `requests` holds
    what was sent; `check` refuses the urls in `refused`.
    """

    def __init__(
        self,
        scripts: Mapping[str, Script] | None = None,
        *,
        otherwise: WebhookAnswer = OK,
        refused: Collection[str] = (),
    ) -> None:
        self.requests: list[WebhookRequest] = []
        self._scripts = scripts or {}
        self._otherwise = otherwise
        self._refused = refused

    def check(self, url: str, *, timeout: timedelta = timedelta(seconds=5)) -> None:  # noqa: ARG002
        if url in self._refused:
            raise InvalidWebhookUrl(f"{url} is refused")

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        script = self._scripts.get(request.url, ())
        earlier = sum(sent.url == request.url for sent in self.requests)
        self.requests.append(request)
        if callable(script):
            return script(request)
        return script[earlier] if earlier < len(script) else self._otherwise
