"""What a role may do with the schedules of a group, it may do with those of `default`."""

from partner_events_tools.local.permissions import in_default_group

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

    assert list(in_default_group(policies)) == policy(f"{SCHEDULES}/default/*")["Statement"]
