"""How old what is shown is, which venues are late and which are not believed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.liquidation.liquidation_map import LiquidationMap, VenueMap
from bot.wording.numbers import age_text, percent_text, signed_percent_text
from bot.wording.pair import venue_name

STALE_MS = 180_000
NAMED = 3
INTEREST_BEHIND_MS = 5 * 60_000  # of the candles; then it is the open interest that is late


def data_lines(found: LiquidationMap, now_ms: int) -> list[str]:
    """Two ages, of the price and of the oldest open interest; then what is wrong."""
    if not found.venues:
        return ["No venue answered."]
    return [
        *_stale_line(found, now_ms),
        _ages_line(found, now_ms),
        *_late_lines(found, now_ms),
        *_doubts(found),
    ]


def doubt_text(off: float) -> str:
    """A sentence part: "its price is 4.0% off the others"."""
    return f"its price is {percent_text(off)} off the others"


def _stale_line(found: LiquidationMap, now_ms: int) -> list[str]:
    age_ms = now_ms - found.as_of_ms
    return (
        [f"⚠ Data is {age_text(age_ms)} old: what happened since is not in it."] if age_ms > STALE_MS else []
    )


def _ages_line(found: LiquidationMap, now_ms: int) -> str:
    oldest = found.oldest_interest
    age = age_text(now_ms - oldest.interest_as_of_ms)
    interest = f"oldest open interest {age} ({venue_name(oldest.venue)})"
    if len(found.venues) == 1:
        interest = f"open interest {age}"
    return f"Price {age_text(now_ms - found.price_stamp_ms)} old, {interest}."


def _late_lines(found: LiquidationMap, now_ms: int) -> list[str]:
    """ "⚠ OKX is late, its share is grey: data 14 min old."."""
    late = found.late_venues
    if not late:
        return []
    if len(late) == 1:
        return [f"⚠ {venue_name(late[0].venue)} is late, its share is grey: {_late_text(late[0], now_ms)}."]
    named = [f"{venue_name(share.venue)} ({_late_text(share, now_ms)})" for share in late[:NAMED]]
    more = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
    return [f"⚠ Late, their shares are grey: {', '.join(named)}{more}."]


def _late_text(share: VenueMap, now_ms: int) -> str:
    behind_ms = share.as_of_ms - share.interest_as_of_ms
    what = "open interest" if behind_ms > INTEREST_BEHIND_MS else "data"
    return f"{what} {age_text(now_ms - share.rests_on_ms)} old"


def _doubts(found: LiquidationMap) -> list[str]:
    """Venues left out for their price; where that would be all of them, they only disagree."""
    shown = {share.venue for share in found.venues}
    disputed = {venue: off for venue, off in found.doubted.items() if venue in shown}
    left_out = [
        f"{venue_name(venue)} left out: {doubt_text(off)}"
        for venue, off in found.doubted.items()
        if venue not in shown
    ]
    return [*([f"⚠ {'; '.join(left_out[:NAMED])}."] if left_out else []), *_dispute(disputed)]


def _dispute(disputed: Mapping[str, float]) -> list[str]:
    if not disputed:
        return []
    each = ", ".join(
        f"{venue_name(venue)} {signed_percent_text(off)}" for venue, off in list(disputed.items())[:NAMED]
    )
    return [f"⚠ Venues disagree on the price ({each}): alerts wait."]
