import os
import subprocess
from pathlib import Path

from partner_events_tools.local.stack import ROOT


def find_python(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(path), "HOME": str(path), **environment}
    script = [str(ROOT / "tools" / "find-python")]
    return subprocess.run(script, env=env, capture_output=True, text=True)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_shim_that_refuses_to_start_is_passed_over(tmp_path):
    program(tmp_path / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    program(tmp_path / ".pyenv/versions/3.13.0/bin/python3.13", "echo /from/pyenv")

    assert find_python(tmp_path).stdout == "/from/pyenv\n"


def test_the_python_that_was_named_comes_first(tmp_path):
    named = program(tmp_path / "mine", "echo /mine")
    program(tmp_path / "python3.13", "echo /other")

    assert find_python(tmp_path, PYTHON=str(named)).stdout == "/mine\n"


def test_another_version_is_not_taken(tmp_path):
    program(tmp_path / "python3", "exit 1")
    missing = find_python(tmp_path)

    assert missing.returncode == 1
    assert missing.stderr.startswith("Python 3.13 was not found")


def test_this_machine_has_one():
    found = find_python(Path(os.environ["PATH"]), HOME=os.environ["HOME"])

    assert Path(found.stdout.strip()).exists()
