"""GET /docs: what this API can do, for people. Needs no key."""

import json
from pathlib import Path

from partner_events.http.docs_page import HEADERS, page
from partner_events.http.published import publish

document = json.loads(Path(__file__).with_name("openapi.json").read_text())
handler = publish(page(document), "text/html; charset=utf-8", HEADERS)
