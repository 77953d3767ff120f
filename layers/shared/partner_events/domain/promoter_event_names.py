"""What the promoters' events are called; a module of its own, since workers name them too."""

LEAD_SIGNUP = "lead_signup"
PROMOTER_SIGNED_UP = "promoter_signed_up"
REWARD_CREATED = "reward_created"
FULFILMENT_PENDING = "fulfilment_pending"
AFFILIATE_CREATED = "affiliate.created"
TEMP_PASSWORD = "temp_password"  # the field's name (F-14)
