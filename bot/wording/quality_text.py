"""How old what is shown is, which venues are late and which are not believed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.liquidation.liquidation_map import LiquidationMap, VenueMap
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.pair import venue_name

STALE_MS = 180_000
NAMED = 3
INTEREST_BEHIND_MS = 5 * 60_000  # of the candles; then it is the open interest that is late


def data_lines(found: LiquidationMap, now_ms: int, say: Phrases = ENGLISH) -> list[str]:
    """Two ages, of the price and of the oldest open interest; then what is wrong."""
    if not found.venues:
        return [say.data.no_venue]
    return [
        *stale_line(found, now_ms, say),
        ages_line(found, now_ms, say),
        *trouble_lines(found, now_ms, say),
    ]


def trouble_lines(found: LiquidationMap, now_ms: int, say: Phrases = ENGLISH) -> list[str]:
    """Which venues are late, left out for their price, or disagree on it."""
    return [*_late_lines(found, now_ms, say), *_doubts(found, say)]


def ages_line(found: LiquidationMap, now_ms: int, say: Phrases = ENGLISH) -> str:
    oldest, age = found.oldest_interest, say.numerals.age
    price, interest = age(now_ms - found.price_stamp_ms), age(now_ms - oldest.interest_as_of_ms)
    if len(found.venues) == 1:
        return say.data.age.format(price=price, interest=interest)
    return say.data.ages.format(price=price, interest=interest, venue=venue_name(oldest.venue))


def doubt_text(off: float, say: Phrases = ENGLISH) -> str:
    """A sentence part: "its price is 4.0% off the others"."""
    return say.data.doubt.format(percent=say.numerals.percent(off))


def stale_line(found: LiquidationMap, now_ms: int, say: Phrases) -> list[str]:
    age_ms = now_ms - found.as_of_ms
    return [say.data.stale.format(age=say.numerals.age(age_ms))] if age_ms > STALE_MS else []


def _late_lines(found: LiquidationMap, now_ms: int, say: Phrases) -> list[str]:
    """ "⚠ OKX is late, its share is grey: data 14 min old."."""
    late = [(venue_name(share.venue), _late_text(share, now_ms, say)) for share in found.late_venues]
    if not late:
        return []
    if len(late) == 1:
        ((venue, said),) = late
        return [say.data.late_one.format(venue=venue, late=said)]
    named = [say.data.named.format(name=venue, said=said) for venue, said in late[:NAMED]]
    more = say.frame.more.format(count=len(late) - NAMED) if len(late) > NAMED else ""
    return [say.data.late_many.format(venues=say.frame.listed.join(named) + more)]


def _late_text(share: VenueMap, now_ms: int, say: Phrases) -> str:
    behind_ms = share.as_of_ms - share.interest_as_of_ms
    what = say.data.late_interest if behind_ms > INTEREST_BEHIND_MS else say.data.late_data
    return what.format(age=say.numerals.age(now_ms - share.rests_on_ms))


def _doubts(found: LiquidationMap, say: Phrases) -> list[str]:
    """Venues left out for their price; where that would be all of them, they only disagree."""
    shown = {share.venue for share in found.venues}
    disputed = {venue: off for venue, off in found.doubted.items() if venue in shown}
    left_out = [
        say.data.left_out.format(venue=venue_name(venue), doubt=doubt_text(off, say))
        for venue, off in found.doubted.items()
        if venue not in shown
    ]
    line = [say.data.left_out_line.format(venues=say.frame.clause.join(left_out[:NAMED]))] if left_out else []
    return [*line, *_dispute(disputed, say)]


def _dispute(disputed: Mapping[str, float], say: Phrases) -> list[str]:
    if not disputed:
        return []
    each = [
        f"{venue_name(venue)} {say.numerals.signed_percent(off)}"
        for venue, off in list(disputed.items())[:NAMED]
    ]
    return [say.data.dispute.format(venues=say.frame.listed.join(each))]
