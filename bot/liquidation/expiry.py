"""The end of a dated contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expiry:
    """When what is open is settled, at one price and without liquidations."""

    at_ms: int
    share: float | None = None  # of its coin's open interest on the same venues; None where that is unknown
