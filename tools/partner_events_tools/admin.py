"""`partner-events`: what only the operator of a stack does. Needs AWS credentials, no API key.

    partner-events team create --name "Acme" --plan starter
    partner-events team show TEAM
    partner-events team set TEAM --log-shards 4
    partner-events key create TEAM --name "Billing" --scope events:write --scope events:read
    partner-events key list TEAM
    partner-events key revoke TEAM KEY

Answers are JSON on standard output; a key is in the answer to its creation and nowhere else.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import randbelow
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from partner_events.domain.errors import DomainError, NotFound
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import REQUESTS_PER_MINUTE, ApiKey, Scope
from partner_events.domain.team import Plan, Team
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.settings import Settings
from partner_events.usecases.make_team import make_key, make_team, set_log_shards
from partner_events.wiring import Parts, new_id

STACK_NAME = "partner-events"


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        answer = given.run(_parts(given.stack_name), given)
    except (DomainError, BotoCoreError, ClientError, LookupError) as error:
        sys.stderr.write(f"partner-events: {error}\n")
        return 1
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    return 0


def settings_of(stack_name: str, cloudformation: Any) -> Settings:
    """Read from a deployed stack where its directory and its key are."""
    (stack,) = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    return Settings(
        directory_table=outputs["DirectoryTable"],
        triggers_table=outputs["TriggersTable"],
        events_table=outputs["EventsTable"],
        deliveries_table=outputs["DeliveriesTable"],
        secrets_key=outputs["SecretsKeyId"],
    )


def create_team(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    parts.secrets.ensure_pepper()
    team = make_team(
        id=TeamId(given.id or new_id()),
        name=given.name,
        plan=given.plan,
        own_requests_per_hour=given.requests_per_hour,
        now=datetime.now(UTC),
        teams=parts.teams,
    )
    return _team(team)


def show_team(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    return _team(_find_team(parts, given.team))


def set_team(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    team = _find_team(parts, given.team)
    now = datetime.now(UTC)
    return _team(set_log_shards(team, given.log_shards, now=now, teams=parts.teams))


def create_key(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    key, secret_key = make_key(
        id=KeyId(f"key_{new_id()}"),
        team=_find_team(parts, given.team),
        name=given.name,
        scopes=given.scope or list(Scope),
        live=not given.test,
        brought=given.key,
        expires_at=given.expires_at,
        now=datetime.now(UTC),
        pepper=parts.secrets.pepper(),
        randbelow=randbelow,
        keys=parts.keys,
        requests_per_minute=given.requests_per_minute,
    )
    return {**_key(key), "key": secret_key}


def list_keys(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    team = _find_team(parts, given.team)
    return {"keys": [_key(key) for key in parts.keys.of_team(team.id)]}


def revoke_key(parts: Parts, given: argparse.Namespace) -> dict[str, Any]:
    now = datetime.now(UTC)
    if not parts.keys.revoke(TeamId(given.team), KeyId(given.key_id), now=now):
        raise NotFound(f"The team {given.team} has no key {given.key_id}")
    return {"id": given.key_id, "revoked_at": format_timestamp(now)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="partner-events", description="Operate a stack.")
    parser.add_argument("--stack-name", default=STACK_NAME, help=f"(default {STACK_NAME})")
    things = parser.add_subparsers(required=True, metavar="team|key")
    team = things.add_parser("team").add_subparsers(required=True, metavar="create|show|set")
    key = things.add_parser("key").add_subparsers(required=True, metavar="create|list|revoke")

    verb = _verb(team, "create", create_team)
    verb.add_argument("--name", required=True)
    verb.add_argument("--plan", required=True, type=Plan, choices=list(Plan))
    verb.add_argument("--requests-per-hour", type=int, help="an enterprise team's own number")
    verb.add_argument("--id", help="an id of your own instead of a new one")
    _verb(team, "show", show_team).add_argument("team")
    verb = _verb(team, "set", set_team)
    verb.add_argument("team")
    verb.add_argument(
        "--log-shards",
        type=int,
        required=True,
        help="1 to 16 of 1,000 events a second each; counts ten minutes later",
    )

    verb = _verb(key, "create", create_key)
    verb.add_argument("team")
    verb.add_argument("--name", required=True)
    verb.add_argument("--scope", type=Scope, choices=list(Scope), action="append")
    verb.add_argument("--expires-at", type=parse_timestamp, help="ISO 8601; never, if left out")
    verb.add_argument("--requests-per-minute", type=int, default=REQUESTS_PER_MINUTE)
    verb.add_argument("--test", action="store_true", help="make an sk_test_ key")
    verb.add_argument("--key", help="a key that exists already, with its checksum")
    _verb(key, "list", list_keys).add_argument("team")
    verb = _verb(key, "revoke", revoke_key)
    verb.add_argument("team")
    verb.add_argument("key_id")
    return parser


def _verb(of: Any, name: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = of.add_parser(name)
    parser.set_defaults(run=run)
    return parser


def _parts(stack_name: str) -> Parts:
    client: Any = boto3.client
    return Parts(settings_of(stack_name, client("cloudformation")), client)


def _find_team(parts: Parts, id: str) -> Team:
    team = parts.teams.get(TeamId(id))
    if team is None:
        raise NotFound(f"There is no team {id}")
    return team


def _team(team: Team) -> dict[str, Any]:
    shards = team.log_shards
    return {
        "id": team.id,
        "company_id": team.company_id,
        "name": team.name,
        "plan": team.plan.value,
        "requests_per_hour": team.requests_per_hour,
        "created_at": format_timestamp(team.created_at),
        "log_shards": shards.count,
        "log_shards_count_from": shards.counts_from and format_timestamp(shards.counts_from),
    }


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "requests_per_minute": key.requests_per_minute,
        "created_at": format_timestamp(key.created_at),
        "expires_at": format_timestamp(key.expires_at) if key.expires_at else None,
        "revoked_at": format_timestamp(key.revoked_at) if key.revoked_at else None,
    }


if __name__ == "__main__":
    sys.exit(main())
