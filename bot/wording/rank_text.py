"""How usual a value is for its pair, in words."""

from __future__ import annotations

SOME = 0.5  # percent; nearer to nothing or everything is called so


def rank_text(percentile: float, more: str, of: str = "its own hours of the last 30 days") -> str:
    """ "steeper than in 90% of its own hours of the last 30 days"; `more` is a comparative."""
    if percentile >= 100 - SOME:
        return f"{more} than in any of {of}"
    if percentile <= SOME:
        return f"no {more} than in any of {of}"
    return f"{more} than in {percentile:.0f}% of {of}"
