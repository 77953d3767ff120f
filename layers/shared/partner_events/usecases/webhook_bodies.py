"""The bodies of webhooks, each in the format of its endpoint."""

from collections.abc import Callable

from partner_events.directory_ports import TeamStore
from partner_events.domain.endpoint import Format
from partner_events.domain.event import JsonText
from partner_events.domain.ids import TeamId
from partner_events.domain.log import LoggedEvent
from partner_events.domain.notice import Notice

REMEMBERED = 10_000


class WebhookBodies:
    """Knows the integer ids of the teams, which never change, once it has read them."""

    def __init__(
        self,
        *,
        teams: TeamStore,
        render: Callable[[LoggedEvent, Format, int], JsonText],
        envelope: Callable[[Notice, Format, int], JsonText],
    ) -> None:
        self._teams = teams
        self._render = render
        self._envelope = envelope
        self._company_ids: dict[TeamId, int] = {}

    def of_event(self, event: LoggedEvent, format: Format) -> JsonText:
        return self._render(event, format, self._company_id(event.team, format))

    def of_notice(self, notice: Notice, format: Format) -> JsonText:
        return self._envelope(notice, format, self._company_id(notice.team, format))

    def _company_id(self, id: TeamId, format: Format) -> int:
        if format is not Format.COMPANY:
            return 0  # no other format shows it
        if id not in self._company_ids:
            team = self._teams.get(id)
            if team is None:
                raise LookupError(f"team {id} is gone")
            if len(self._company_ids) >= REMEMBERED:
                self._company_ids.clear()
            self._company_ids[id] = team.company_id
        return self._company_ids[id]
