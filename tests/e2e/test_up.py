"""What `make up` shows and leaves behind."""

import json
import re
import subprocess

from partner_events_tools.local.demo_resources import SUBSCRIBER_PATH, make_demo
from partner_events_tools.local.samples import sample_events
from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN


def test_the_table_shows_every_sample_completed_and_its_webhook_verified(printed):
    for sample in sample_events():
        assert re.search(rf"^{sample.name} +completed +/hooks/all +right +\d+$", printed, re.M)
    assert re.search(r"^ +/hooks/crm +right +\d+$", printed, re.M)


def test_the_curl_line_works_when_it_is_pasted(printed, receiver):
    (line,) = [line for line in printed.splitlines() if line.startswith("curl ")]
    before = len(receiver.received(SUBSCRIBER_PATH))
    pasted = subprocess.run(["bash", "-c", line], capture_output=True, timeout=30, check=True)

    assert json.loads(pasted.stdout)["message"] == "Event queued successfully"
    assert wait_for(lambda: receiver.received(SUBSCRIBER_PATH)[before:], seconds=WITHIN)


def test_the_state_file_has_the_fields_of_the_contract_and_is_private(stack):
    state = json.loads(stack.state_file.read_text())
    named = sample_events()[0].headers

    assert (state["team_id"], state["api_key"]) == (named["x-team-id"], named["x-api-key"])
    assert (state["api_url"], state["receiver_url"]) == (stack.api_url, stack.receiver_url)
    assert {"emulator_url", "console_url", "cid", "stack_name", "region"} < state.keys()
    assert stack.state_file.stat().st_mode & 0o777 == 0o600


def test_making_the_demo_again_changes_nothing(stack, receiver):
    first, second = (make_demo(stack, receiver) for _ in range(2))

    assert first == second
    assert len(list(first.api.all("/webhooks/endpoints", "endpoints"))) == 2
    assert len(list(first.api.all("/workflows", "workflows"))) == 1
