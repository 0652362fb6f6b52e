"""The demo: one command, two processes, and no orphan."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from house import House, Process
from watching import children, lives, until

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


def test_the_demo_is_one_command(tmp_path: Path) -> None:
    demo = Process("start", "--seed", "2", "--history", "1")
    try:
        assert "BOT_TOKEN is not set" in demo.line("BOT_TOKEN is not set")
        root = demo.line("Chat page: ").removeprefix("Chat page: ").rstrip("/")
        house = House(tmp_path, root=root)
        assert house.private().ask("/map BTC", seconds=10).get("photo")
    finally:
        assert demo.stop(signal.SIGTERM) < 12
    assert demo.child.returncode == 0


def test_a_demo_that_is_killed_leaves_no_process_behind() -> None:
    demo = Process("demo", "--seed", "2", "--history", "0.5")
    try:
        halves = until(lambda: children(demo.child.pid), count=2)
    finally:
        demo.stop(signal.SIGKILL)
    until(lambda: [pid for pid in halves if lives(pid)], count=0)


def test_a_demo_says_which_half_was_killed() -> None:
    demo = Process("demo", "--seed", "2", "--history", "0.5")
    try:
        (sandbox,) = until(lambda: children(demo.child.pid), count=1)
        os.kill(sandbox, signal.SIGKILL)
        demo.child.wait(15)
    finally:
        demo.stop()
    assert demo.child.returncode == 1
    assert "The demo's sandbox was killed by SIGKILL" in "".join(demo.log)
