"""Forced volume in words: base coin with its band, and minutes of usual volume."""

from __future__ import annotations

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.uncertainty import quantity_band
from bot.wording.numbers import rough_text
from bot.wording.pair import base_of

DAY_MINUTES = 1_440


def minutes_of(shown: Snapshot, quantity_base: float) -> float | None:
    """Minutes in which as much is usually traded; None where nobody knows."""
    volume = shown.daily_volume_base
    return quantity_base / volume * DAY_MINUTES if volume > 0 else None


def minutes_text(shown: Snapshot, quantity_base: float) -> str:
    """ "≈3.2 min of usual volume", or nothing."""
    minutes = minutes_of(shown, quantity_base)
    if minutes is None:
        return ""
    return "under 0.1 min of usual volume" if minutes < 0.1 else f"≈{rough_text(minutes)} min of usual volume"


def volume_text(shown: Snapshot, quantity_base: float) -> str:
    """ "≈420 BTC (likely 230 to 700), ≈3.2 min of usual volume"."""
    if quantity_base <= 0:
        return "nothing"
    low, high = quantity_band(quantity_base, shown.found)
    amount = f"≈{rough_text(quantity_base)} {base_of(shown.found.symbol)}"
    parts = [f"{amount} (likely {rough_text(low)} to {rough_text(high)})", minutes_text(shown, quantity_base)]
    return ", ".join(part for part in parts if part)
