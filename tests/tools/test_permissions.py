"""What the emulator misreads, roles may do as it reads it."""

from partner_events_tools.local.permissions import as_it_is_misread

SCHEDULES = "arn:aws:scheduler:us-east-1:000000000000:schedule"


def policy(resource: str, action: str = "scheduler:CreateSchedule") -> dict:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_only_statements_about_the_schedules_of_a_group_are_repeated():
    policies = [
        policy(f"{SCHEDULES}/ours/*"),
        policy("arn:aws:sqs:us-east-1:000000000000:queue", "sqs:SendMessage"),
        policy(f"{SCHEDULES}/ours/one"),
    ]

    assert list(as_it_is_misread(policies)) == policy(f"{SCHEDULES}/default/*")["Statement"]


def test_who_may_send_email_as_some_may_send_it_as_any():
    identities = "arn:aws:ses:us-east-1:000000000000:identity/*"

    (statement,) = as_it_is_misread([policy(identities, "ses:SendEmail")])

    assert statement == {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": "*"}
