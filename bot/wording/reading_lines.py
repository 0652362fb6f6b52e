"""The steepest stretch and the widest quiet gap of a map, a line each."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import Gap, Reading, Steepness
from bot.liquidation.zones import reach_of
from bot.wording.languages.phrases import Phrases


def reading_lines(found: LiquidationMap, reading: Reading, tick_size: float, say: Phrases) -> list[str]:
    """Of what price has not passed; nothing of what is not there."""
    price = found.price
    steep = [one for one in reading.steepness if (price - one.far_edge) * one.side.sign < 0]
    gaps = [one for one in reading.gaps if (price - (one.low, one.high)[one.side]) * one.side.sign < 0]
    steepest = sorted(steep, key=lambda one: -one.value)[:1]
    widest = sorted(gaps, key=lambda one: -one.width_u)[:1]
    return [
        *(_steepest_line(reading, one, tick_size, say) for one in steepest),
        *(_gap_line(one, tick_size, price, say) for one in widest),
    ]


def _steepest_line(reading: Reading, one: Steepness, tick_size: float, say: Phrases) -> str:
    share = one.per_percent * 100 * (one.high - one.low) / reading.price
    return say.of(one.side).steepest.format(
        stretch=say.numerals.stretch(one.low, one.high, tick_size),
        share=say.numerals.whole_percent(share),
        reach=say.numerals.percent(reach_of(reading.hourly_range, one.side)),
    )


def _gap_line(one: Gap, tick_size: float, price: float, say: Phrases) -> str:
    return say.of(one.side).gap.format(
        stretch=say.numerals.stretch(one.low, one.high, tick_size),
        width=say.numerals.percent((one.high - one.low) / price),
    )
