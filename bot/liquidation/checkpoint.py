"""Numbers and arrays as one compact, versioned blob."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"LIQ1"
HEADER_LENGTH_BYTES = 4
COMPRESSION = 1  # fast; the arrays are either zeros or noise

Arrays = dict[str, NDArray[Any]]


Facts = dict[str, Any]
Upgrade = Callable[[Facts, Arrays], tuple[Facts, Arrays]]


class CheckpointError(ValueError):
    """A stored state that this program cannot go on from; the caller builds afresh from history."""


def pack(kind: str, version: int, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """`facts` are JSON values; arrays keep dtype and shape exactly."""
    columns = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    header = json.dumps({"kind": kind, "version": version, "facts": dict(facts), "arrays": columns}).encode()
    body = header + b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return MAGIC + len(header).to_bytes(HEADER_LENGTH_BYTES, "big") + zlib.compress(body, COMPRESSION)


def unpack(
    kind: str, version: int, blob: bytes, upgrades: Mapping[int, Upgrade] | None = None
) -> tuple[Facts, Arrays]:
    """What was packed; one of an older version goes through its upgrade.

    Raises CheckpointError for another kind, a version without an upgrade or a damaged blob.
    """
    start = len(MAGIC) + HEADER_LENGTH_BYTES
    if blob[: len(MAGIC)] != MAGIC:
        raise CheckpointError(f"this is not a stored {kind}")
    try:
        body = zlib.decompress(blob[start:])
        length = int.from_bytes(blob[len(MAGIC) : start], "big")
        header = json.loads(body[:length])
        found = (header["kind"], header["version"])
        upgrade = (upgrades or {}).get(header["version"])
        if header["kind"] != kind or (header["version"] != version and upgrade is None):
            raise CheckpointError(
                f"a stored {found[0]} of version {found[1]} is not a {kind} of version {version}"
            )
        facts, arrays = header["facts"], _arrays(header["arrays"], body[length:])
        return upgrade(facts, arrays) if upgrade else (facts, arrays)
    except (zlib.error, KeyError, TypeError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"the stored {kind} is damaged") from error


def _arrays(columns: list[tuple[str, str, list[int]]], body: bytes) -> Arrays:
    found: Arrays = {}
    at = 0
    for name, kind, shape in columns:
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        found[name] = np.frombuffer(body, dtype, count, at).reshape(shape).copy()
        at += count * dtype.itemsize
    return found
