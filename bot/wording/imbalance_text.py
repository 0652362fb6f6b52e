"""Longs against shorts near price."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import Imbalance, Reading
from bot.liquidation.side import Side
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases

NEARBY = 0.05
RANKED_WITHIN = 0.05


def nearby_lines(found: LiquidationMap, say: Phrases = ENGLISH, only: Side | None = None) -> list[str]:
    """Both sides within ±5 % of price, with their shares; what lies between is information, not a signal.
    `only` where one side is selected: nothing is known of the other."""
    if only is not None:
        held = mass_within(found, only, NEARBY) * found.price
        return [say.reading.nearby_of.format(held=held_text(found, only, say))] if held > 0 else []
    longs, shorts = (mass_within(found, side, NEARBY) * found.price for side in Side)
    if longs + shorts <= 0:
        return []
    share = round(100 * shorts / (longs + shorts))
    return [
        say.reading.nearby.format(
            shorts=say.numerals.amount(found.symbol, shorts),
            longs=say.numerals.amount(found.symbol, longs),
            shares=f"{share}/{100 - share}",
        )
    ]


def imbalance_line(found: LiquidationMap, reading: Reading, say: Phrases = ENGLISH) -> list[str]:
    """The longs' share within each distance on the map shown, as the lines above it have it, and how usual
    that was when the map was last read; nothing where nothing is open."""
    told = [one for one in reading.imbalance if one.long_base + one.short_base > 0]
    if not told:
        return []
    numerals = say.numerals
    ranked = next((one for one in told if one.within == RANKED_WITHIN), told[-1])
    return [
        say.reading.imbalance.format(
            within="/".join(numerals.exact_percent(one.within).removesuffix("%") for one in told),
            shares="/".join(
                numerals.whole_percent(_long_share(found, one)).removesuffix("%") for one in told
            ),
            ranked=numerals.exact_percent(ranked.within),
            percentile=numerals.fixed(ranked.percentile, 0),
        )
    ]


def held_text(found: LiquidationMap, side: Side, say: Phrases) -> str:
    """ "longs ≈$300M", within ±5 % of price."""
    held = mass_within(found, side, NEARBY) * found.price
    return say.of(side).total.format(amount=say.numerals.amount(found.symbol, held))


def mass_within(found: LiquidationMap, side: Side, fraction: float) -> float:
    """Base coin between price and the price that lies a fraction away."""
    return found.mass_to(side, found.price * (1 + side.sign * fraction))


def _long_share(found: LiquidationMap, known: Imbalance) -> float:
    longs, shorts = (mass_within(found, side, known.within) for side in Side)
    return Imbalance(known.within, longs, shorts, known.percentile).long_share
