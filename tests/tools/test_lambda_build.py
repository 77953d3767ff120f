import subprocess
from pathlib import Path

import pytest

from partner_events_tools.local.stack import ROOT

MAKEFILE = ROOT / "tools" / "lambda-build" / "Makefile"
UNCHECKED_HASH = 0b01


@pytest.fixture
def build(tmp_path):
    """Builds as SAM does: in a copy of the resource's folder, into a folder that it names."""
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()

    def build(target: str, source: Path) -> Path:
        command = ["make", "--makefile", MAKEFILE, f"build-{target}", f"ARTIFACTS_DIR={artifacts}"]
        subprocess.run(command, cwd=source, check=True, capture_output=True)
        return artifacts

    return build


@pytest.fixture
def source(tmp_path):
    source = tmp_path / "source"
    for module in ("app.py", "partner_events/__init__.py", "partner_events/event.py"):
        (source / module).parent.mkdir(parents=True, exist_ok=True)
        (source / module).write_text("ANSWER = 42\n")
    stale = source / "partner_events" / "__pycache__" / "gone.cpython-312.pyc"
    stale.parent.mkdir()
    stale.write_bytes(b"of an older Python")
    return source


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def flags(bytecode: Path) -> int:
    return int.from_bytes(bytecode.read_bytes()[4:8], "little")


def test_a_function_is_shipped_with_bytecode_that_is_never_checked(build, source):
    artifacts = build("SendEventFunction", source)

    assert files(artifacts) == {"app.py", "__pycache__/app.cpython-313.pyc"}
    assert flags(artifacts / "__pycache__" / "app.cpython-313.pyc") == UNCHECKED_HASH


def test_a_function_is_shipped_with_the_documents_in_its_folder(build, source):
    (source / "openapi.json").write_text("{}")

    assert "openapi.json" in files(build("GetDocsFunction", source))


def test_the_shared_layer_is_exactly_the_package_and_its_bytecode(build, source):
    artifacts = build("SharedLayer", source)

    assert files(artifacts) == {
        "python/partner_events/__init__.py",
        "python/partner_events/event.py",
        "python/partner_events/__pycache__/__init__.cpython-313.pyc",
        "python/partner_events/__pycache__/event.cpython-313.pyc",
    }


def test_the_bytecode_says_nothing_of_the_machine_it_was_made_on(build, source):
    bytecode = build("SendEventFunction", source) / "__pycache__" / "app.cpython-313.pyc"

    assert str(source.parent).encode() not in bytecode.read_bytes()
