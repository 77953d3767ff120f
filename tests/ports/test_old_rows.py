"""What an earlier release wrote is still read, and can still be changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from partner_events.aws.table import Table
from partner_events.domain.endpoint import SealedSecret
from partner_events.domain.ids import EndpointId
from partner_events.domain.timestamps import milliseconds
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, NOW, a_team, an_endpoint
from tests.ports.stores import create_tables, on_dynamodb

ONE = EndpointId("ep_1")


def test_an_endpoint_of_before_its_secrets_expired(
    aws: Callable[[str], Any],
) -> None:
    """The first release kept bytes as secrets, and no limits, headers, filter or revision."""
    tables = create_tables(aws("dynamodb"))
    stores = on_dynamodb(aws("dynamodb"), tables)()
    stores.teams.add(a_team(ACME))
    row = {
        "pk": f"TEAM#{ACME}",
        "sk": f"ENDPOINT#{ONE}",
        "url": "https://example.com/hook",
        "event_types": ["*"],
        "sealed_secrets": [b"sealed"],
        "format": "standard",
        "description": "",
        "active": True,
        "created_ms": milliseconds(NOW),
    }
    Table(aws("dynamodb"), tables["Directory"]).put(row)
    old = an_endpoint(sealed_secrets=(SealedSecret(sealed=b"sealed", created_at=NOW),))
    new = replace(old, timeout_seconds=5, revision=2)

    assert stores.endpoints.get(ACME, ONE) == old
    stores.endpoints.save(new, previous=old)
    with pytest.raises(AlreadyThere):
        stores.endpoints.save(replace(old, revision=2), previous=old)
    assert stores.endpoints.get(ACME, ONE) == new
