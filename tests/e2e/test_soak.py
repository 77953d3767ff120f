"""`make soak`, with few events."""

from partner_events_tools.soak.__main__ import soak


def test_every_event_is_delivered_and_reconciles_though_half_of_the_first_attempts_fail(
    stack, capsys
):
    reconciles = soak(stack, events=20, concurrency=4, failing=0.5)
    printed = capsys.readouterr().out

    assert reconciles, printed
    assert "Accepted    20 of 20 events" in printed
    assert "Delivered   40 of 40 webhooks, 0 of them twice" in printed
