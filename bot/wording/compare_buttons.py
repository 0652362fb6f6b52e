"""A comparison as a line that asks for it again, and the buttons under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.windows import ALL
from bot.look import Wishes
from bot.wording.buttons import (
    AGAIN,
    LONGEST_DATA,
    REDRAW,
    VERSION,
    Key,
    Keyboard,
    in_rows,
    key,
    map_line,
    marked,
    rows,
)
from bot.wording.pair import pair_name, venue_name, window_text
from bot.wording.picture_line import selection_words, wishes_words

WINDOWS_OFFERED = ("24h", "3d", "7d", "30d", ALL)
MOST_SWAPS = 4
MOST_DATED = 6


@dataclass(frozen=True)
class Instrument:
    symbol: str
    venue: str | None = None  # None: all of them together


@dataclass(frozen=True)
class CompareLine:
    """Everything that a comparison was asked for with."""

    first: Instrument
    second: Instrument
    window: str = ALL
    selection: Selection = EVERYTHING
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def is_one_symbol(self) -> bool:
        return self.first.symbol == self.second.symbol

    def on(self, first: str | None, second: str | None) -> CompareLine:
        """The same on these venues."""
        return replace(
            self,
            first=Instrument(self.first.symbol, first),
            second=Instrument(self.second.symbol, second),
        )

    def line(self, head: str = "compare") -> str:
        """In the bytes of a button where that is possible: words of how it looks go first."""
        words = [head, *self._instruments(), *([] if self.window == ALL else [self.window])]
        more = [*selection_words(self.selection), *wishes_words(self.wishes)]
        room = LONGEST_DATA - len(VERSION)
        while more and len(" ".join([*words, *more]).encode()) > room:
            more.pop()
        return " ".join([*words, *more])

    def _instruments(self) -> list[str]:
        first, second = self.first, self.second
        venues = [one.venue for one in (first, second) if one.venue]
        if self.is_one_symbol:
            return [first.symbol, *venues]
        return [first.symbol, second.symbol, *dict.fromkeys(venues)]


def compare_keyboard(asked: CompareLine, venues: Sequence[str], dated: Sequence[str]) -> Keyboard:
    """`venues` are those that both have a share on; `dated` are the dated contracts of the first's coin."""
    windows = [
        _again(marked(window_text(name), name == asked.window), replace(asked, window=name))
        for name in WINDOWS_OFFERED
    ]
    turned = replace(asked, first=asked.second, second=asked.first)
    maps = [key(f"Map {_name(asked, one)}", map_line(one.symbol, asked.window, one.venue))
            for one in (asked.first, asked.second)]  # fmt: skip
    others = (_again("Other way round", turned), key("Refresh", asked.line(f"{AGAIN} compare")))
    return rows(tuple(windows), *in_rows(_swaps(asked, venues, dated), 2), tuple(maps), others)


def _swaps(asked: CompareLine, venues: Sequence[str], dated: Sequence[str]) -> list[Key | None]:
    swaps = _other_venues(asked, venues)[:MOST_SWAPS]
    first = asked.first.symbol
    for symbol in [one for one in dated if one not in (first, asked.second.symbol)][:2]:
        other = replace(asked, first=Instrument(first), second=Instrument(symbol))
        swaps.append(_again(f"With {pair_name(symbol)}", other))
    return swaps


def _other_venues(asked: CompareLine, venues: Sequence[str]) -> list[Key | None]:
    if asked.is_one_symbol:
        now = {asked.first.venue, asked.second.venue}
        pairs = [pair for pair in combinations(venues, 2) if set(pair) != now]
        return [_again(" vs ".join(map(venue_name, pair)), asked.on(*pair)) for pair in pairs]
    if asked.first.venue is not None:
        return [_again("All venues", asked.on(None, None))]
    return [_again(f"On {venue_name(venue)}", asked.on(venue, venue)) for venue in venues]


def _name(asked: CompareLine, one: Instrument) -> str:
    return venue_name(one.venue) if asked.is_one_symbol and one.venue else pair_name(one.symbol)


def _again(text: str, asked: CompareLine) -> Key | None:
    return key(text, asked.line(f"{REDRAW} compare"))


def choices_of(asked: Sequence[CompareLine]) -> Keyboard:
    """What would work instead, each on a button."""
    return rows(*in_rows([key(_told(one), one.line()) for one in asked], 2))


def _told(asked: CompareLine) -> str:
    if asked.is_one_symbol:
        venues = [one.venue for one in (asked.first, asked.second) if one.venue]
        return " vs ".join(map(venue_name, venues)) or pair_name(asked.first.symbol)
    return " vs ".join(pair_name(one.symbol) for one in (asked.first, asked.second))


def evolution_keyboard(
    symbol: str, venue: str | None, windows: Sequence[str], venues: Sequence[str], look: Sequence[str]
) -> Keyboard:
    """`windows` are those that are drawn; `look` the words of how."""
    tail = f" {venue}" if venue else ""
    words = "".join(f" {word}" for word in look)
    maps = [key(f"Map {window_text(name)}", map_line(symbol, name, venue)) for name in windows]
    swaps = [key("All venues", f"{REDRAW} evolution {symbol}{words}")] if venue else [
        key(venue_name(one), f"{REDRAW} evolution {symbol} {one}{words}") for one in venues if len(venues) > 1
    ]  # fmt: skip
    others = (
        key("Zones", f"zones {symbol}{tail}"),
        key("Compare venues", f"compare {symbol}"),
        key("Refresh", f"{AGAIN} evolution {symbol}{tail}{words}"),
    )
    return rows(tuple(maps), *in_rows(swaps, 3), others)
