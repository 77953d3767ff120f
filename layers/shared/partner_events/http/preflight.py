"""What a browser is told before and after it calls a postback route (D-28).

Any page may call and read the answer. Credentials are never sent along: there are none.
"""

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Idempotency-Replayed, Retry-After, X-Request-Id",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, X-Requested-With, X-Signature"
    ),
    "Access-Control-Max-Age": "86400",
}
