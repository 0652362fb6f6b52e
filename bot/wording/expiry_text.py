"""What a dated contract's map says of its end."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.windows import DAY_MS
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.numbers import stamp_text
from bot.wording.pair import base_of

COUNTED_IN_HOURS_MS = 2 * DAY_MS


def expiry_lines(found: LiquidationMap, now_ms: int, say: Phrases = ENGLISH) -> list[str]:
    """ "Expires 2026-12-25 08:00 UTC, in 34 days; 3% of BTC's open interest watched here"."""
    if found.expiry is None:
        return []
    countdown = _countdown(found.expiry.at_ms - now_ms, say)
    line = say.frame.expiry.format(moment=stamp_text(found.expiry.at_ms), countdown=countdown)
    if found.expiry.share is None:
        return [line]
    share = say.numerals.whole_percent(found.expiry.share)
    return [say.frame.expiry_share.format(expiry=line, share=share, base=base_of(found.symbol))]


def _countdown(left_ms: int, say: Phrases) -> str:
    if left_ms <= 0:
        return say.frame.expires_now
    if left_ms >= COUNTED_IN_HOURS_MS:
        return say.frame.expires_in_days.format(count=left_ms // DAY_MS)
    return say.frame.expires_in.format(age=say.numerals.age(left_ms))
