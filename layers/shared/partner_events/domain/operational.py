"""What the product tells a team about its own endpoints and deliveries.

Whoever wants to hear of it subscribes by name or prefix: `*` does not cover it, so that no
partner hears of another's endpoint, and a dead endpoint makes no noise at all the others.
"""

ENDPOINT_WARNED = "endpoint.warned"
ENDPOINT_DISABLED = "endpoint.disabled"
ENDPOINT_ENABLED = "endpoint.enabled"
DELIVERY_EXHAUSTED = "delivery.exhausted"
DELIVERY_RECOVERED = "delivery.recovered"

OPERATIONAL = frozenset(
    {
        ENDPOINT_WARNED,
        ENDPOINT_DISABLED,
        ENDPOINT_ENABLED,
        DELIVERY_EXHAUSTED,
        DELIVERY_RECOVERED,
    }
)
