from collections.abc import Iterator

import pytest

from partner_events_tools.local.stack import ROOT, LocalStack


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The deployed system, beside the one that `make up` may have running."""
    with LocalStack(ROOT / ".local" / "test", port=0) as stack:
        yield stack
