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
from bot.wording.picture_line import PictureLine, selection_words, wishes_words

WINDOWS_OFFERED = ("24h", "3d", "7d", "30d", ALL)
MOST_SWAPS = 4
LONGEST_LINE = LONGEST_DATA - len(VERSION)
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
        """In the bytes of a button where that is possible: one of two alike symbols is
        shortened, then words of how it looks go, the last first."""
        tail = [] if self.window == ALL else [self.window]
        more = [*selection_words(self.selection), *wishes_words(self.wishes)]
        words = [head, *self._symbols(), *self._venues(), *tail]
        if not _has_room([*words, *more]):
            words = [head, *self._short_symbols(), *self._venues(), *tail]
        while more and not _has_room([*words, *more]):
            more.pop()
        return " ".join([*words, *more])

    def _symbols(self) -> list[str]:
        return list(dict.fromkeys([self.first.symbol, self.second.symbol]))

    def _short_symbols(self) -> list[str]:
        """Of two contracts of a coin that are alike but for when they end, one goes by its expiry."""
        (first, first_ends), (second, ends) = (
            one.symbol.partition("-")[::2] for one in (self.first, self.second)
        )
        if first != second or first_ends == ends:
            return self._symbols()
        return [self.first.symbol, ends] if ends else [first_ends, self.second.symbol]

    def _venues(self) -> list[str]:
        named = [one.venue for one in (self.first, self.second) if one.venue]
        return named if self.is_one_symbol else list(dict.fromkeys(named))


def _has_room(words: Sequence[str]) -> bool:
    return len(" ".join(words).encode()) <= LONGEST_LINE


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


def evolution_keyboard(asked: PictureLine, windows: Sequence[str], venues: Sequence[str]) -> Keyboard:
    """`windows` are those that are drawn; words for which a button has no room are left out."""
    asked = replace(asked, window=ALL)
    symbol, venue = asked.symbol, asked.venue
    tail = f" {venue}" if venue else ""

    def again(text: str, line: PictureLine, head: str = REDRAW) -> Key | None:
        return key(text, line.fitted(f"{head} evolution", LONGEST_LINE, line.venue or ""))

    maps = [key(f"Map {window_text(name)}", map_line(symbol, name, venue)) for name in windows]
    others = [again(venue_name(one), replace(asked, venue=one)) for one in venues if len(venues) > 1]
    swaps = [again("All venues", replace(asked, venue=None))] if venue else others
    rest = (
        key("Zones", f"zones {symbol}{tail}"),
        key("Compare venues", f"compare {symbol}"),
        again("Refresh", asked, AGAIN),
    )
    return rows(tuple(maps), *in_rows(swaps, 3), rest)
