"""JSON as it is kept: compact."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any


def packed_json(facts: Mapping[str, object]) -> bytes:
    return zlib.compress(json.dumps(facts, separators=(",", ":")).encode())


def unpacked_json(packed: bytes) -> dict[str, Any]:
    return dict(json.loads(zlib.decompress(packed)))
