"""What several test modules need: small cases written as text (see small.py), and the two bundled ones."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

import caseboard
from caseboard import Board

from .small import small_file  # noqa: F401  a fixture for every module

# The same examples in every run, and no deadline that a busy machine could miss.
settings.register_profile("caseboard", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("caseboard")


@pytest.fixture(scope="session")
def harbour() -> Board:
    return caseboard.open("harbour")


@pytest.fixture(scope="session")
def hit_and_run() -> Board:
    return caseboard.open()


#: The only reason a test may be skipped for in CI: the text of the bundled case's source is not everybody's.
ALLOWED_SKIP = "source of the bundled case is not at hand"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Count a skip as a failure in CI, where everything that a test needs is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None:
        skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
        if unexpected := [reason for reason in skipped if ALLOWED_SKIP not in reason]:
            reporter.write_line(f"skipped in CI, which counts as a failure: {unexpected}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
