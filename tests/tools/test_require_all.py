import subprocess
import sys

import pytest

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no Java")
def test_store():
    pass
"""


@pytest.mark.parametrize(("require_all", "code"), [("", 0), ("1", 1)])
def test_a_skipped_test_fails_where_everything_must_run(tmp_path, require_all, code):
    (tmp_path / "test_it.py").write_text(SKIPPING)
    command = [sys.executable, "-m", "pytest", "-p", "partner_events_tools.require_all", "."]
    ended = subprocess.run(command, cwd=tmp_path, env={"REQUIRE_ALL": require_all})

    assert ended.returncode == code
