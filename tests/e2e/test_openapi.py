"""The deployed API answers as docs/openapi.json says, whatever it is asked.

No 5xx, no status, header, content type or field that is not documented. A failing case is found
again by its seed: `FUZZ_SEED=… FUZZ_EXAMPLES=… pytest tests/e2e/test_openapi.py`.
"""

import pytest

from partner_events_tools.local.api import Api, call
from tests.e2e.fuzzing import DOCUMENT, SEED, Run, close_replies, document, fill, fuzz, refuse_all


@pytest.fixture(scope="module")
def partner_of_its_own(new_partner):
    return new_partner()


@pytest.fixture(scope="module")
def sharpened(partner_of_its_own):
    found = document()
    fill(found, partner_of_its_own.api)
    close_replies(found)
    return found


@pytest.fixture
def tell(capsys):
    """Prints how much was tried, also when all is well."""

    def tell(what: str, run: Run) -> None:
        with capsys.disabled():
            print(f"\n{what}: {run.cases} cases, seed {SEED}")  # noqa: T201

    return tell


def test_every_answer_to_a_key_is_documented(sharpened, partner_of_its_own, tmp_path, tell):
    run = fuzz(sharpened, partner_of_its_own.api, tmp_path)

    tell("schemathesis with a key", run)
    assert run.passed, run.text
    assert run.cases > 3 * len(sharpened["paths"])


def test_without_a_key_only_public_routes_do_anything(sharpened, stack, tmp_path, tell):
    run = fuzz(refuse_all(sharpened), Api(url=stack.state.api_url), tmp_path, examples="1")

    tell("schemathesis without a key", run)
    assert run.passed, run.text
    assert run.cases >= len(sharpened["paths"])


def test_the_document_and_its_page_are_there_without_a_key(stack):
    document = call("GET", f"{stack.state.api_url}/openapi.json", None, {})
    page = call("GET", f"{stack.state.api_url}/docs", None, {})

    assert (document.status, document.text) == (200, DOCUMENT.read_text())
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "/api/v1/events/send" in page.text
