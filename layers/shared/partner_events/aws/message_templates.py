"""Stored texts of messages on DynamoDB.

pk              sk                 what it holds
TEAM#<team>     TEMPLATE#<key>     a template
"""

from partner_events.aws.items import Row
from partner_events.aws.table import Table
from partner_events.domain.ids import TeamId
from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Channel
from partner_events.domain.page import Page
from partner_events.domain.timestamps import from_milliseconds, milliseconds


class DynamoTemplateStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, template: MessageTemplate) -> None:
        self._table.put(_row(template))

    def get(self, team: TeamId, key: str) -> MessageTemplate | None:
        row = self._table.get(f"TEAM#{team}", f"TEMPLATE#{key}")
        return _template(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[MessageTemplate]:
        rows, after = self._table.page(f"TEAM#{team}", "TEMPLATE#", limit=limit, cursor=cursor)
        return Page([_template(team, row) for row in rows], after)

    def delete(self, team: TeamId, key: str) -> None:
        self._table.delete(f"TEAM#{team}", f"TEMPLATE#{key}")


def _row(template: MessageTemplate) -> Row:
    return {
        "pk": f"TEAM#{template.team}",
        "sk": f"TEMPLATE#{template.key}",
        "channel": template.channel.value,
        "subject": template.subject,
        "html": template.html,
        "text": template.text,
        "created_ms": milliseconds(template.created_at),
        "updated_ms": milliseconds(template.updated_at),
    }


def _template(team: TeamId, row: Row) -> MessageTemplate:
    return MessageTemplate(
        team=team,
        key=row["sk"].removeprefix("TEMPLATE#"),
        channel=Channel(row["channel"]),
        subject=row.get("subject"),
        html=row.get("html"),
        text=row.get("text"),
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )
