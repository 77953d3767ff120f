"""Every environment variable that the product reads, and nothing read at import."""

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Names and addresses of the stack's parts; a function knows only those that it uses."""

    directory_table: str = ""
    triggers_table: str = ""
    events_table: str = ""
    deliveries_table: str = ""
    trigger_queue_url: str = ""
    trigger_queue_arn: str = ""
    step_queue_url: str = ""
    step_queue_arn: str = ""
    delivery_queue_url: str = ""
    delivery_queue_arn: str = ""
    retry_queue_url: str = ""
    retry_queue_arn: str = ""
    replay_queue_url: str = ""
    replay_queue_arn: str = ""
    payout_queue_url: str = ""
    payout_queue_arn: str = ""
    schedule_group: str = ""
    schedule_role_arn: str = ""
    secrets_key: str = ""
    allow_private_targets: bool = False
    postbacks_per_address: int = 0  # per minute
    postbacks_per_campaign: int = 0
    mail_sender: str = ""
    mail_configuration: str = ""
    public_url: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            directory_table=os.environ["DIRECTORY_TABLE"],
            triggers_table=os.environ["TRIGGERS_TABLE"],
            events_table=os.environ["EVENTS_TABLE"],
            deliveries_table=os.environ["DELIVERIES_TABLE"],
            trigger_queue_url=os.environ["TRIGGER_QUEUE_URL"],
            trigger_queue_arn=os.environ["TRIGGER_QUEUE_ARN"],
            step_queue_url=os.environ["STEP_QUEUE_URL"],
            step_queue_arn=os.environ["STEP_QUEUE_ARN"],
            delivery_queue_url=os.environ["DELIVERY_QUEUE_URL"],
            delivery_queue_arn=os.environ["DELIVERY_QUEUE_ARN"],
            retry_queue_url=os.environ["RETRY_QUEUE_URL"],
            retry_queue_arn=os.environ["RETRY_QUEUE_ARN"],
            replay_queue_url=os.environ["REPLAY_QUEUE_URL"],
            replay_queue_arn=os.environ["REPLAY_QUEUE_ARN"],
            payout_queue_url=os.environ["PAYOUT_QUEUE_URL"],
            payout_queue_arn=os.environ["PAYOUT_QUEUE_ARN"],
            schedule_group=os.environ["SCHEDULE_GROUP"],
            schedule_role_arn=os.environ["SCHEDULE_ROLE_ARN"],
            secrets_key=os.environ["SECRETS_KEY"],
            allow_private_targets=os.environ["ALLOW_PRIVATE_TARGETS"] == "true",
            postbacks_per_address=int(os.environ["POSTBACKS_PER_ADDRESS"]),
            postbacks_per_campaign=int(os.environ["POSTBACKS_PER_CAMPAIGN"]),
            mail_sender=os.environ.get("MAIL_SENDER", ""),
            mail_configuration=os.environ.get("MAIL_CONFIGURATION", ""),
            public_url=os.environ.get("PUBLIC_URL", ""),
        )
