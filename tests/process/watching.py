"""Looking at processes from outside."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def catches_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def lives(pid: int) -> bool:
    """Whether it still runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(look: Callable[[], list[int]], count: int, seconds: float = 45.0) -> list[int]:
    """What is seen as soon as there are so many."""
    deadline = time.monotonic() + seconds
    while len(found := look()) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found
