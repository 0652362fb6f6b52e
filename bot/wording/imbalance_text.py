"""Longs against shorts near price, in one line."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import Imbalance, Reading
from bot.liquidation.side import Side
from bot.wording.map_text import mass_within
from bot.wording.numbers import exact_percent_text, whole_percent_text

RANKED_WITHIN = 0.05
NOTHING_NEW = "mostly restates the last move"


def imbalance_line(found: LiquidationMap, reading: Reading) -> list[str]:
    """The longs' share within each distance on the map shown, as the lines above it have it, and how usual
    that was when the map was last read; nothing where nothing is open."""
    told = [one for one in reading.imbalance if one.long_base + one.short_base > 0]
    if not told:
        return []
    within = "/".join(exact_percent_text(one.within).removesuffix("%") for one in told)
    shares = "/".join(whole_percent_text(_long_share(found, one)).removesuffix("%") for one in told)
    ranked = next((one for one in told if one.within == RANKED_WITHIN), told[-1])
    rank = f"±{exact_percent_text(ranked.within)}: higher than in {ranked.percentile:.0f}% of up to 30 days"
    return [f"Longs' share within ±{within}%: {shares}% ({rank}); {NOTHING_NEW}."]


def _long_share(found: LiquidationMap, known: Imbalance) -> float:
    longs, shorts = (mass_within(found, side, known.within) for side in Side)
    return Imbalance(known.within, longs, shorts, known.percentile).long_share
