"""GET /openapi.json: what this API can do, for programs. Needs no key."""

from pathlib import Path

from partner_events.http.published import publish

handler = publish(
    Path(__file__).with_name("openapi.json").read_text(),
    "application/json",
    {"Access-Control-Allow-Origin": "*"},  # tools that run in a browser read it as well
)
