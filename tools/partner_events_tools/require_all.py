"""A pytest plugin: with REQUIRE_ALL=1, a test that is skipped has failed.

On a laptop without Java the tests that need it are skipped. Where everything should be installed,
such a skip would hide that half of the proof is missing.
"""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and REQUIRE_ALL=1 forbids it"
    return report
