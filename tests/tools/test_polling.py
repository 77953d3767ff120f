from itertools import count

from partner_events_tools.polling import wait_for


def test_what_is_seen_first_is_returned():
    looks = count()

    assert wait_for(lambda: next(looks) >= 3 and "seen", seconds=10, every=0) == "seen"
    assert next(looks) == 4


def test_when_the_time_is_up_the_last_look_counts():
    assert wait_for(lambda: [], seconds=0) == []
