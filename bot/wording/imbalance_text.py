"""Longs against shorts near price, in one line."""

from __future__ import annotations

from bot.liquidation.reading import Reading
from bot.wording.numbers import exact_percent_text, whole_percent_text

RANKED_WITHIN = 0.05
NOTHING_NEW = "mostly restates the last move"


def imbalance_line(reading: Reading) -> list[str]:
    """The longs' share within each distance, and how usual it is; nothing where nothing is open."""
    told = [one for one in reading.imbalance if one.long_base + one.short_base > 0]
    if not told:
        return []
    within = "/".join(exact_percent_text(one.within).removesuffix("%") for one in told)
    shares = "/".join(whole_percent_text(one.long_share).removesuffix("%") for one in told)
    ranked = next((one for one in told if one.within == RANKED_WITHIN), told[-1])
    rank = f"±{exact_percent_text(ranked.within)}: higher than in {ranked.percentile:.0f}% of up to 30 days"
    return [f"Longs' share within ±{within}%: {shares}% ({rank}); {NOTHING_NEW}."]
