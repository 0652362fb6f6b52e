"""/cascade: what a push of price would set off, as "if"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.cascade import BookChain, Cascade, Chain
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.wording.buttons import Keyboard, cascade_key, in_rows, key, map_line, rows
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER, price_line
from bot.wording.numbers import price_text, signed_percent_text, whole_percent_text
from bot.wording.pair import joined_venues, listed_venues, pair_name
from bot.wording.quality_text import data_lines
from bot.wording.sides import WORDS
from bot.wording.volume_text import volume_text

MEASURED = (
    "A scenario, not a forecast: on invented markets, how far price really went on had hardly anything to do "
    "with what such scenarios said (rank correlation about 0.1)."
)


@dataclass(frozen=True)
class Scenario:
    found: Cascade
    zone: Zone | None  # whose peak price is pushed to


@dataclass(frozen=True)
class Realised:
    """The part of what the map says is crossed that is liquidated."""

    share: float
    learned_on: tuple[str, ...]  # venues; empty: an assumption


def cascade_text(shown: Snapshot, scenarios: Sequence[Scenario], realised: Realised) -> str:
    blocks = [line for one in scenarios for line in ("", *_scenario_lines(shown, one))]
    found = shown.found
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · cascade</b>",
            price_line(found, shown.now_ms, shown.tick_size),
            *blocks,
            "",
            _assumed(realised),
            MEASURED,
            *data_lines(found, shown.now_ms),
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def cascade_keyboard(symbol: str, zones: Sequence[Zone]) -> Keyboard:
    """`zones` are those that were not asked about."""
    others = [cascade_key(symbol, zone.id) for zone in zones]
    return rows(*in_rows(others, 2), (key("Map", map_line(symbol)), key("Zones", f"zones {symbol}")))


def _scenario_lines(shown: Snapshot, scenario: Scenario) -> list[str]:
    one, found = scenario.found, shown.found
    words = WORDS[one.side]
    target = found.price_at(one.side, one.push)
    where = f", the peak of {escaped(scenario.zone.id, 12)}" if scenario.zone is not None else ""
    away = signed_percent_text(target / found.price - 1)
    price = price_text(target, shown.tick_size)
    return [
        f"{words.mark} <b>If price {words.moves} to {price}</b> ({away}{where})",
        f"{words.plural.capitalize()} force-closed on the way: {volume_text(shown, one.pushed_base)}.",
        _impact_line(shown, one),
        *_entered(one),
        _book_line(found, one, shown.tick_size),
    ]


def _impact_line(shown: Snapshot, one: Cascade) -> str:
    """By the square-root law, with the band of impact and quantity."""
    words, tick_size = WORDS[one.side], shown.tick_size
    prices = [
        price_text(shown.found.price_at(one.side, chain.end), tick_size) for chain in (one.low, one.high)
    ]
    farther = [f"{one.amplification(chain):.1f}" for chain in (one.usual, one.low, one.high)]
    end = price_text(shown.found.price_at(one.side, one.usual.end), tick_size)
    cut = ", the end of the map," if one.usual.is_cut else ""
    return (
        f"Their {words.orders} alone would move it on to about {end}{cut} (between {prices[0]} and "
        f"{prices[1]}): {farther[0]} ATR farther ({farther[1]} to {farther[2]}), {_rounds(one.usual)}."
    )


def _rounds(chain: Chain) -> str:
    if chain.rounds == 0:
        return "which sets off nothing more"
    return "in one round" if chain.rounds == 1 else f"in {chain.rounds} rounds"


def _entered(one: Cascade) -> list[str]:
    names = [escaped(zone.id, 12) for zone in one.entered[:4]]
    return [f"That reaches {' and '.join(names)} too."] if names else []


def _book_line(found: LiquidationMap, one: Cascade, tick_size: float) -> str:
    book = one.book
    if book is None:
        return "No venue showed its order book in time."
    name = f"order book of {joined_venues(book.venues)}"
    shown = price_text(found.price_at(one.side, book.shown), tick_size)
    if book.shown <= one.push:
        return f"The {name} is shown only to {shown}, so it says nothing of that."
    if book.end is None:
        return f"Against the {name} as it is now, it goes through all that is shown, to {shown}."
    return _book_end(found, one, book, name, tick_size)


def _book_end(found: LiquidationMap, one: Cascade, book: BookChain, name: str, tick_size: float) -> str:
    end = price_text(found.price_at(one.side, book.end or 0.0), tick_size)
    return f"Against the {name} as it is now, with nobody adding an order, it ends at {end}."


def _assumed(realised: Realised) -> str:
    share = whole_percent_text(realised.share)
    if not realised.learned_on:
        return f"Assumed: {share} of what the map says price crosses is liquidated; nothing is learned yet."
    part = f"{realised.share:.1f} times as much" if realised.share >= 1.05 else share
    venues = listed_venues(realised.learned_on)
    return f"Of what the map says price crosses, {part} is taken as liquidated: so it was seen on {venues}."
