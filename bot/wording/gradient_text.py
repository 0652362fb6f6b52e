"""How steep each side is: where the most would be force-closed within the least distance."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from bot.liquidation.reading import Ladder, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zones import reach_of
from bot.rules.topics.steep import STEEP
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER, price_line, venue_lines
from bot.wording.numbers import (
    percent_text,
    range_text,
    rough_text,
    signed_percent_text,
    whole_percent_text,
)
from bot.wording.pair import base_of, pair_name
from bot.wording.quality_text import data_lines
from bot.wording.reach import loading_line
from bot.wording.sides import WORDS

NO_STEEPNESS = "Nothing is modelled as open on this side, so nothing is steep."
NO_LADDER = "No zones of this side stand close enough together to be called a ladder."
MEANING = "Where a side is steep, a small move would force much; it says nothing of whether price goes there."


def gradient_text(shown: Snapshot, reading: Reading) -> str:
    """Both sides: the steepest stretch, how unusual it is, and zones that are stacked."""
    found = shown.found
    sides = [line for side in (Side.SHORT, Side.LONG) for line in ("", *_side_lines(shown, reading, side))]
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · how steep each side is</b>",
            *venue_lines(found),
            price_line(found, shown.now_ms, shown.tick_size),
            *sides,
            "",
            MEANING,
            *loading_line(found),
            *data_lines(found, shown.now_ms),
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def _side_lines(shown: Snapshot, reading: Reading, side: Side) -> list[str]:
    head = f"{WORDS[side].mark} <b>{WORDS[side].headline}</b>"
    steepest = next((one for one in reading.steepness if one.side is side), None)
    if steepest is None:
        return [head, NO_STEEPNESS]
    ladders = [one for one in reading.ladders if one.side is side]
    return [head, *_steepest_lines(shown, reading, steepest), *_ladder_lines(shown, ladders)]


def _steepest_lines(shown: Snapshot, reading: Reading, one: Steepness) -> list[str]:
    words, reach = WORDS[one.side], reach_of(reading.hourly_range, one.side)
    share = one.per_percent * 100 * (one.high - one.low) / reading.price
    called = "steep" if one.value > STEEP else "not called steep, which begins at " + f"{STEEP:g} times"
    return [
        f"Steepest: {range_text(one.low, one.high, shown.tick_size)}, {_where(shown, one)}. It holds "
        f"{whole_percent_text(share)} of the {words.plural} within {percent_text(reach)} of price, "
        f"{one.value:.1f} times its even share ({called}); {_rank(one.percentile)}.",
        _slope_line(shown, reading, one),
    ]


def _rank(percentile: float) -> str:
    return f"steeper than in {percentile:.0f}% of its own hours of up to 30 days"


def _slope_line(shown: Snapshot, reading: Reading, one: Steepness) -> str:
    """How much each 1 % of price holds there, beside the mean of the side."""
    found, side = shown.found, one.side
    reach = reach_of(reading.hourly_range, side)
    whole = found.mass_to(side, found.price * (1 + side.sign * reach))
    there, usual = one.per_percent * whole, whole / (100 * reach)
    base = base_of(found.symbol)
    return (
        f"Each 1% of price there holds ≈{rough_text(there)} {base}; the mean of this side is "
        f"≈{rough_text(usual)} {base}."
    )


def _where(shown: Snapshot, one: Steepness) -> str:
    price = shown.found.price
    if one.low <= price <= one.high:
        return "price is in it"
    if (price - one.far_edge) * one.side.sign > 0:
        return "price has gone through it"
    return f"{signed_percent_text(one.near_edge / price - 1)} from price"


def _ladder_lines(shown: Snapshot, ladders: Iterable[Ladder]) -> list[str]:
    lines = [_ladder_line(shown, one) for one in ladders]
    return lines or [NO_LADDER]


def _ladder_line(shown: Snapshot, one: Ladder) -> str:
    *others, last = [escaped(name, 12) for name in one.zone_ids]
    words = WORDS[one.side]
    ends = range_text(one.low, one.high, shown.tick_size)
    return (
        f"Ladder: {', '.join(others)} and {last} ({ends}, {percent_text(log(one.high / one.low))} wide) "
        f"stand at most an ordinary hour's range apart and hold {whole_percent_text(one.strength)} of these "
        f"{words.plural} together."
    )
