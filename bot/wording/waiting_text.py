"""Notices that alerts wait for data, and that they go on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.liquidation.data_quality import Series, State, VenueQuality
from bot.wording.numbers import age_text
from bot.wording.pair import listed_venues, pair_name, venue_name
from bot.wording.quality_text import doubt_text

NAMED_PAIRS, NAMED_CAUSES = 12, 4
NO_PRICE = "no venue tells a price that can be trusted"


def alerts_wait(symbols: Sequence[str], venues: Collection[VenueQuality], *, has_price: bool) -> str:
    """`venues` are the doubtful ones of these pairs, a venue as often as it is doubtful."""
    causes = [*([] if has_price else [NO_PRICE]), *_causes(venues)]
    why = "; ".join(causes[:NAMED_CAUSES])
    return (
        f"⏸ <b>Alerts wait: {_pairs(symbols)}</b>\n"
        f"{why[:1].upper()}{why[1:]}. What rests on that is not told before it can be trusted; "
        "I say when all is well again."
    )


def alerts_go_on(symbols: Sequence[str], missing: Collection[str]) -> str:
    """`missing` are venues that are still left out."""
    without = f" Still left out: {listed_venues(sorted(missing))}." if missing else ""
    return f"▶ <b>Alerts go on: {_pairs(symbols)}</b>\nTheir data can be trusted again.{without}"


def _causes(venues: Collection[VenueQuality]) -> list[str]:
    """One for each venue, the worst of it."""
    worst: dict[str, VenueQuality] = {}
    for one in venues:
        if one.venue not in worst or _badness(one) > _badness(worst[one.venue]):
            worst[one.venue] = one
    return [_cause(one) for _, one in sorted(worst.items())]


def _badness(one: VenueQuality) -> tuple[float, int]:
    ages = [quality.age_ms or 0 for quality in one.series.values() if quality.is_old]
    return abs(one.price_off or 0.0), max(ages, default=0)


def _cause(one: VenueQuality) -> str:
    """ "OKX's candles are 6 min old"."""
    if one.price_off is not None:
        return f"{venue_name(one.venue)}: {doubt_text(one.price_off)}"
    candles, interest = one.series[Series.CANDLES], one.series[Series.OPEN_INTEREST]
    late = candles if candles.is_old else interest
    age = age_text(late.age_ms or 0)
    if late is candles:
        return f"{venue_name(one.venue)}'s data is {age} old"
    doubted = ", the newer is not plausible" if interest.state is State.DISAGREEING else ""
    return f"{venue_name(one.venue)}'s open interest is {age} old{doubted}"


def _pairs(symbols: Sequence[str]) -> str:
    named = ", ".join(pair_name(symbol) for symbol in symbols[:NAMED_PAIRS])
    return named + (f" and {len(symbols) - NAMED_PAIRS} more" if len(symbols) > NAMED_PAIRS else "")
