"""With NO_SKIPS=1 a skipped test is a failure, unless it wants `../shared` and that is really absent."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("NO_SKIPS") and not hasattr(report, "wasxfail"):
        excused = "../shared" in str(report.longrepr) and not SHARED.exists()
        if not excused:
            report.outcome = "failed"
            report.longrepr = f"skipped although NO_SKIPS is set: {report.longrepr}"
    return report
