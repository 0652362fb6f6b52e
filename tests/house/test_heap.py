"""Large blocks leave the heap when they are freed."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

LOOK = """
import ctypes
from bot.heap import give_large_blocks_back

class Heap(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "mapped", "usmblks", "fsmblks", "used", "free", "keepcost")]

library = ctypes.CDLL(None)
library.mallinfo2.restype = Heap
{first}
for _ in range(3):
    block = bytes(9 << 20)  # once freed, glibc keeps blocks of this size
    del block
block = bytes(9 << 20)
print(library.mallinfo2().mapped >> 20)
"""


@pytest.fixture(autouse=True)
def _glibc() -> None:
    if not hasattr(ctypes.CDLL(None), "mallinfo2"):
        pytest.skip("this is not glibc 2.33 or later")


@pytest.mark.parametrize(("first", "mapped"), [("give_large_blocks_back()", True), ("", False)])
def test_a_large_block_is_mapped_however_many_there_were(first: str, mapped: bool) -> None:
    command = [sys.executable, "-c", LOOK.format(first=first)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (int(told.stdout) >= 9) is mapped
