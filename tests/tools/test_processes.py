import json
import os
import subprocess
import sys

import pytest

from partner_events_tools.local import processes
from partner_events_tools.local.errors import NeverAnswered
from partner_events_tools.local.processes import BackgroundProcess, started_at

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def sleeper(tmp_path):
    process = BackgroundProcess("sleeper", tmp_path)
    process.start(SLEEP, port=1234, env={})
    yield process
    process.stop()


def test_a_process_is_found_again_by_a_later_command(sleeper, tmp_path):
    found = BackgroundProcess("sleeper", tmp_path).running()

    assert found == sleeper.running()
    assert found.port == 1234


def test_stopping_ends_the_process_and_forgets_it(sleeper, tmp_path):
    pid = sleeper.running().pid

    assert sleeper.stop()
    assert started_at(pid) is None
    assert not (tmp_path / "sleeper.json").exists()


def test_stopping_twice_is_harmless(sleeper):
    sleeper.stop()

    assert not sleeper.stop()


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_WITHIN", 0.5)
    deaf = BackgroundProcess("deaf", tmp_path)
    deaf.start(DEAF, port=1, env={})
    while "deaf" not in deaf.log.read_text():
        deaf.check_alive()

    deaf.stop()

    assert deaf.running() is None


def test_a_stranger_that_got_the_old_pid_is_left_alone(tmp_path):
    with subprocess.Popen(SLEEP) as stranger:
        record = {"pid": stranger.pid, "port": 1, "started": "another time"}
        (tmp_path / "emulator.json").write_text(json.dumps(record))

        assert not BackgroundProcess("emulator", tmp_path).stop()
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_dies_while_starting_is_reported_with_its_log(tmp_path):
    process = BackgroundProcess("broken", tmp_path)
    process.start([sys.executable, "-c", "raise SystemExit('no')"], port=1, env={})
    process.stop()

    with pytest.raises(NeverAnswered, match=r"broken\.log"):
        process.check_alive()


def test_the_start_of_this_very_process_is_known_without_proc_too():
    assert started_at(os.getpid())
    assert processes._started_at_by_ps(os.getpid())


def test_a_pid_that_nobody_has_was_never_started():
    assert started_at(2**22 + 1) is None
    assert processes._started_at_by_ps(2**22 + 1) is None
