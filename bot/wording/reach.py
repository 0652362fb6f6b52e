"""How far back a venue's open interest is known, in words."""

from __future__ import annotations

from bot.wording.numbers import age_text
from bot.wording.pair import venue_name


def too_short(known_ms: int) -> str:
    """Why a venue is left out of a window; stands behind its name."""
    return f"its open interest reaches back {age_text(known_ms)}"


def reach_text(venue: str, known_ms: int) -> str:
    """ "29 d 22 h on Binance"."""
    return f"{age_text(known_ms)} on {venue_name(venue)}"
