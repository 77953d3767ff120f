"""The addresses behind a webhook's host name, resolved once and vetted together."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

from partner_events.domain.addresses import is_public
from partner_events.domain.webhook import InvalidWebhookUrl
from partner_events.http.deadline import Deadline
from partner_events.http.webhook_target import Target

type Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Addresses:
    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private

    def vetted(self, target: Target, deadline: Deadline) -> Sequence[str]:
        """Return the host's addresses, or raise `InvalidWebhookUrl` if any is not public.

        One private address among public ones is enough: which of them a connection would use
        is not the subscriber's to decide. The caller connects to these and never resolves
        again, or a name could answer public now and private a moment later.
        """
        addresses = self._resolve_within(deadline, target)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "The name has no address")
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise InvalidWebhookUrl("url must lead to a public address")
        return addresses

    def _resolve_within(self, deadline: Deadline, target: Target) -> Sequence[str]:
        """Resolve in a thread of its own: getaddrinfo knows no timeout and cannot be stopped."""
        answer: Future[Sequence[str]] = Future()
        thread = Thread(target=self._resolve_into, args=(answer, target), daemon=True)
        thread.start()
        return answer.result(timeout=deadline.remaining())

    def _resolve_into(self, answer: Future[Sequence[str]], target: Target) -> None:
        try:
            answer.set_result(self._resolve(target.host, target.port))
        except Exception as error:  # raised again by whoever waits for the answer
            answer.set_exception(error)
