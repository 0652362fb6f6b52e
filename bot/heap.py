"""Large blocks of memory go back to the system when they are freed."""

from __future__ import annotations

import ctypes
from contextlib import suppress

MMAP_THRESHOLD = -3  # of glibc's mallopt
LARGE_BYTES = 1 << 20


def give_large_blocks_back() -> None:
    """Models of megabytes come and go with every refresh; glibc learns to keep such blocks in its heap, which
    then grows for hours and is full of holes. Where there is no glibc this does nothing."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE_BYTES)
