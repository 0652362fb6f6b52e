"""What a dated contract's map says of its end."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.windows import DAY_MS
from bot.wording.numbers import age_text, stamp_text, whole_percent_text
from bot.wording.pair import base_of

COUNTED_IN_HOURS_MS = 2 * DAY_MS


def expiry_lines(found: LiquidationMap, now_ms: int) -> list[str]:
    """ "Expires 2026-12-25 08:00 UTC, in 34 days; 3% of BTC's open interest watched here"."""
    if found.expiry is None:
        return []
    line = f"Expires {stamp_text(found.expiry.at_ms)}, {_countdown(found.expiry.at_ms - now_ms)}"
    if found.expiry.share is None:
        return [line]
    share = whole_percent_text(found.expiry.share)
    return [f"{line}; {share} of {base_of(found.symbol)}'s open interest watched here"]


def _countdown(left_ms: int) -> str:
    if left_ms <= 0:
        return "now"
    return f"in {left_ms // DAY_MS} days" if left_ms >= COUNTED_IN_HOURS_MS else f"in {age_text(left_ms)}"
