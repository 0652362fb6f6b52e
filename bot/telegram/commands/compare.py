"""/compare: two contracts, or one on two venues, on one percent axis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations

from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding
from bot.liquidation.windows import ALL
from bot.look import Wishes
from bot.telegram.asking import Answer, Asking
from bot.telegram.compare_words import CompareWords, compare_words
from bot.telegram.media import document, photo
from bot.telegram.place import terms_of
from bot.telegram.ports import Maps
from bot.telegram.problem import ProblemKind
from bot.telegram.reading import no_symbol, read
from bot.telegram.room import Room
from bot.telegram.words import Request, parse_request
from bot.wording import compare_problems as problems
from bot.wording.buttons import Key, key, line_of, rows
from bot.wording.compare_buttons import MOST_DATED, CompareLine, Instrument, choices_of, compare_keyboard
from bot.wording.compare_text import compare_caption
from bot.wording.left_aside import told_left_aside
from bot.wording.refusal import Refusal, VenueNotRead

ONE_MOMENT_MS = 60_000  # prices that are farther apart are asked for once more
LEFT_TO_US = frozenset({ProblemKind.TWO_SYMBOLS, ProblemKind.TWO_VENUES})


async def answer_compare(room: Room, asking: Asking) -> Answer:
    market = room.market
    asked = await understood(market, compare_words(asking.line))
    pair = await compared(market, asked)
    terms = await terms_of(room, asking)
    png = await market.comparison_picture(pair, asked.wishes.drawing(terms.look))
    caption = told_left_aside(compare_caption(pair, terms.language), _not_followed(asked), terms.language)
    if asked.wishes.full:
        return Answer(caption, media=document(png, "comparison.png"))
    dated = market.dated_contracts(asked.first.symbol)
    keyboard = compare_keyboard(asked, await _venues_of_both(market, asked, pair), dated)
    return Answer(caption, keyboard, photo(png), in_place=asking.redraw)


def _not_followed(asked: CompareLine) -> Wishes:
    """One contract on two venues is by venue already."""
    return replace(asked.wishes, stack=None) if asked.is_one_symbol else asked.wishes


async def understood(market: Maps, words: CompareWords) -> CompareLine:
    """Raises Refusal for the first thing that cannot be followed."""
    request = read(words.rest, "compare", LEFT_TO_US)
    if request.picture.moment is not None:
        raise Refusal(problems.is_of_now("compare"))
    if not request.symbols:
        raise no_symbol("compare", market, lambda choice: f"compare {choice}")
    named = [_found(market, request, at) for at in range(len(request.symbols))]
    symbols = list(dict.fromkeys(symbol for symbol, _ in named))
    venues = list(dict.fromkeys([*(hint for _, hint in named if hint), *_venues_of(request)]))
    _check(words, request, symbols, venues)
    if words.with_dated and len(symbols) == 1:
        symbols.append(_dated_one(market, symbols[0], words.month, request))
    window, picked, wishes = request.window or ALL, request.selection, request.picture.wishes
    asked = CompareLine(Instrument(symbols[0]), Instrument(symbols[-1]), window, picked, wishes)
    return await _placed(market, asked, venues)


def _found(market: Maps, request: Request, at: int) -> tuple[str, str | None]:
    """The n-th contract, and the venue that its spelling names; buttons of a near miss keep the others."""

    def ask(choice: str) -> str:
        words = [*request.symbols[:at], choice, *request.symbols[at + 1 :], *_venues_of(request)]
        return " ".join(["compare", *words, *([request.window] if request.window else [])])

    return market.find(request.symbols[at], ask)


def _venues_of(request: Request) -> Sequence[str]:
    several = [one for one in request.problems if one.kind is ProblemKind.TWO_VENUES]
    return several[0].options if several else [request.venue] if request.venue else []


def _check(words: CompareWords, request: Request, symbols: Sequence[str], venues: Sequence[str]) -> None:
    """Two different things, no more."""
    largest = _on(symbols[0], symbols[0])
    if words.twice:
        raise Refusal(problems.same_twice(words.twice), choices_of([largest]))
    if len(symbols) < len(request.symbols) and len(venues) < 2:
        raise Refusal(problems.same_contract(symbols[0]), choices_of([largest]))
    if len(symbols) > 2:
        lines = [_on(*two) for two in combinations(symbols[:4], 2)]
        raise Refusal(problems.two_at_a_time("contracts", request.symbols), choices_of(lines))
    if len(venues) > 2:
        lines = [_on(symbols[0], symbols[-1], *two) for two in combinations(venues[:4], 2)]
        raise Refusal(problems.two_at_a_time("venues", venues), choices_of(lines))


def _on(
    first: str, second: str, first_venue: str | None = None, second_venue: str | None = None
) -> CompareLine:
    return CompareLine(Instrument(first, first_venue), Instrument(second, second_venue))


def _dated_one(market: Maps, symbol: str, month: int | None, request: Request) -> str:
    """The dated contract that was meant; raises Refusal with those that are listed."""
    listed = market.dated_contracts(symbol)
    if not listed:
        raise Refusal(problems.no_dated_contract(symbol), choices_of([_on(symbol, symbol)]))
    fitting = [one for one in listed if month in (None, _month_of(one))]
    if len(fitting) == 1:
        return fitting[0]
    offered = (fitting or listed)[:MOST_DATED]
    lines = [CompareLine(Instrument(symbol), Instrument(one), request.window or ALL) for one in offered]
    raise Refusal(problems.which_dated(symbol, offered, is_near=not fitting), choices_of(lines))


def _month_of(symbol: str) -> int:
    """In which a dated contract ends: BTC/USDT:USDT-260327."""
    return int(symbol.rpartition("-")[2][2:4])


async def _placed(market: Maps, asked: CompareLine, venues: Sequence[str]) -> CompareLine:
    """With the venues that were named; of one contract the largest where fewer than two were."""
    named: list[str | None] = [*venues]
    if not asked.is_one_symbol:
        first, second = (*named, *named)[:2] if named else (None, None)
        return asked.on(first, second)
    others = [one for one in await _by_share(market, asked) if one not in venues]
    first, second = (*named, *others, None, None)[:2]
    if second is None:
        known = [one for one in (*named, *others) if one]
        lines = [_on(asked.first.symbol, one) for one in market.dated_contracts(asked.first.symbol)]
        raise Refusal(problems.one_venue_only(asked.first.symbol, known), choices_of(lines[:MOST_DATED]))
    return asked.on(first, second)


async def _by_share(market: Maps, asked: CompareLine) -> list[str]:
    """The venues of the first, the largest open interest first."""
    with _in_the_same_words(asked):
        whole = await market.view(asked.first.symbol, asked.window)
    shares = sorted(whole.found.venues, key=lambda one: -one.open_interest_base)
    return [one.venue for one in shares]


async def _venues_of_both(market: Maps, asked: CompareLine, pair: Comparison) -> list[str]:
    if asked.is_one_symbol:
        return await _by_share(market, asked)
    first, second = ([share.venue for share in one.found.venues] for one in pair.both)
    return [venue for venue in first if venue in second]


async def compared(market: Maps, asked: CompareLine) -> Comparison:
    """Raises Refusal where either has no map."""
    shown = await _both(market, asked)
    if abs(shown[0].found.price_stamp_ms - shown[1].found.price_stamp_ms) > ONE_MOMENT_MS:
        shown = await _both(market, asked)  # one had to be built first
    around = await asyncio.gather(*(market.crosschecks(one) for one in shown))
    first, second = (
        Compared(one.selected(asked.selection), _fundings(one, told))
        for one, told in zip(shown, around, strict=True)
    )
    return Comparison(first, second)


async def _both(market: Maps, asked: CompareLine) -> Sequence[Snapshot]:
    with _in_the_same_words(asked):
        return await asyncio.gather(
            *(market.view(one.symbol, asked.window, one.venue) for one in (asked.first, asked.second))
        )


@contextmanager
def _in_the_same_words(asked: CompareLine) -> Iterator[None]:
    """Windows that a Refusal offers instead are offered for this comparison."""
    try:
        yield
    except VenueNotRead:
        raise
    except Refusal as refusal:
        offered = (tuple(_again(one, asked) for one in row) for row in refusal.keyboard)
        raise Refusal(refusal.sentence, rows(*offered)) from refusal


def _again(one: Key, asked: CompareLine) -> Key | None:
    offered = parse_request(line_of(one.data) or "")
    if offered.command != "map" or offered.symbol_text not in (asked.first.symbol, asked.second.symbol):
        return one
    return key(one.text, replace(asked, window=offered.window or ALL).line())


def _fundings(shown: Snapshot, around: Crosschecks) -> tuple[tuple[str, Funding], ...]:
    """By venue, the largest share first; a dated contract is not funded."""
    if shown.found.expiry is not None:
        return ()
    told = {one.venue: one.funding for one in around.surroundings if one.funding is not None}
    shares = sorted(shown.found.venues, key=lambda one: -one.open_interest_base)
    return tuple((one.venue, told[one.venue]) for one in shares if one.venue in told)
