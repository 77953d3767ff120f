"""What the document says of the API as a whole, and of each resource."""

DESCRIPTION = """\
Partners tell what happened; workflows run, payouts are booked, and everyone who subscribed hears \
of it by a signed webhook.

**Keys.** Every request carries its key in `X-API-Key`; the key says whose team it is and, by its \
scopes, what it may do. Postbacks need no key: the campaign says whose they are.

**Rates.** Every answer to a known key says what is left: `X-RateLimit-Limit`, \
`X-RateLimit-Remaining`, `X-RateLimit-Reset` (Unix seconds). 429 comes with `Retry-After`.

**Repeats.** Every POST that accepts an event takes an `Idempotency-Key` of 1 to 255 visible \
characters. The same key with the same body gets the first answer again, for 30 days; with another \
body, or while the first call still runs, it is 409.

**Lists** answer with a page, `next_cursor` and `has_more`; `limit` is 20, and at most 100.

**Time** is ISO 8601. Without an offset it is UTC; what is returned is UTC with milliseconds.

**Money** is a JSON number, and keeps its digits: 99.00 in is 99.00 out.

**Bodies** are JSON objects of at most 256 KB, nested at most 32 deep, without duplicate keys. A \
field that nobody knows is ignored, unless the route says otherwise.
"""

TAGS = {
    "api keys": "Keys of the team: scopes, expiry, rotation.",
    "campaign events": "Which events may be fired in a campaign, and how.",
    "campaigns": "What leads belong to, and what is paid for them.",
    "contacts": "The people whom events are about.",
    "deliveries": "What was sent to whom, and each attempt.",
    "event types": "Which events the team may send: the built-in ones and its own.",
    "events": "Send events, and read the log of all that happened.",
    "executions": "Workflows that run.",
    "fulfilments": "Rewards on their way to those who earned them.",
    "leads": "What a campaign's sources brought.",
    "partner events": "Lifecycle events of contacts, and the contacts behind them.",
    "postbacks": "Events of leads, fired by campaigns and their pages.",
    "promoters": "Who brings leads.",
    "promotions": "Promoters in campaigns.",
    "replays": "Sending again what was sent before.",
    "rewards": "What promoters earned.",
    "segments": "Contacts that fit a rule.",
    "service": "The API itself.",
    "sources": "Where a campaign's leads come from.",
    "team": "Whose key this is, its plan and its limits.",
    "templates": "Texts of messages.",
    "triggers": "Accepted events, and how far each has come.",
    "webhook endpoints": "Where webhooks go.",
    "workflows": "What happens when an event comes.",
}
