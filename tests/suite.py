"""How the suite is run: no skips on CI, and what waits comes first."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast inputs are drawn says how busy the machine is, and nothing about the bot.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Process tests mostly wait, so they begin first and the others fill the time."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)


def pytest_collection_finish() -> None:
    """What collecting left behind stays to the end: the garbage collector need not walk through it again."""
    gc.collect()
    gc.freeze()
