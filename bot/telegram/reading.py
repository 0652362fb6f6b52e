"""A line that was read: its symbols found, or refused with a sentence and what would work."""

from __future__ import annotations

from collections.abc import Callable

from bot.liquidation.windows import WINDOWS
from bot.telegram.ports import Market
from bot.telegram.words import Problem, ProblemKind, Request, parse_request
from bot.wording import misreadings, problems
from bot.wording.buttons import Keyboard, in_rows, key, rows
from bot.wording.numbers import MINUTE_MS, exact_percent_text
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal

LONGEST_LINE = 400


def read(line: str, command: str | None = None) -> Request:
    """The request behind a line; raises Refusal for the first thing that cannot be followed."""
    if len(line) > LONGEST_LINE:
        raise Refusal(problems.too_long(LONGEST_LINE))
    request = parse_request(line, command)
    if request.problems:
        raise _refused(request, request.problems[0])
    return request


def found(request: Request, market: Market, typed: str | None = None) -> tuple[str, str | None]:
    """Symbol and venue of the request; raises Refusal, with choices where a symbol is missing or unclear."""
    wanted = typed or request.symbol_text
    if wanted is None:
        raise no_symbol(request.command or "map", market, lambda choice: line_for(request, choice))
    symbol, venue = market.find(wanted, lambda choice: line_for(request, choice))
    return symbol, request.venue or venue


def no_symbol(command: str, market: Market, ask: Callable[[str], str]) -> Refusal:
    """Which pair? With buttons that carry `ask(symbol)`."""
    keys = [key(pair_name(symbol), ask(symbol)) for symbol in market.suggestions]
    return Refusal(problems.missing_symbol(command), rows(*in_rows(keys, 2)))


def line_for(request: Request, symbol: str) -> str:
    """The same request about another symbol, as a command line."""
    parts = [request.command or "map", symbol, request.zone, request.window, request.venue]
    if request.distance is not None:
        parts.append(exact_percent_text(request.distance))
    if request.band is not None:
        parts.append(request.band.word.lower())
    if request.every_ms is not None:
        parts.append(f"every {request.every_ms // MINUTE_MS}m")
    return " ".join(part for part in (*parts, request.channel) if part)


def _refused(request: Request, problem: Problem) -> Refusal:
    options = problem.options
    match problem.kind:
        case ProblemKind.MINUTES_OR_MONTH:
            return Refusal(misreadings.one_month(problem.text), _with_words(request, options))
        case ProblemKind.WINDOW_NOT_OFFERED:
            return Refusal(problems.window_not_offered(problem.text, options), _with_words(request, options))
        case ProblemKind.TWO_WINDOWS:
            return Refusal(problems.several_windows(options), _with_words(request, options))
        case ProblemKind.TWO_VENUES:
            return Refusal(problems.several_venues(options), _with_words(request, options))
        case ProblemKind.DISTANCE_OUT_OF_RANGE:
            return Refusal(problems.distance_out_of_range(problem.text, *options))
        case ProblemKind.PERIOD_OUT_OF_RANGE:
            return Refusal(problems.interval_out_of_range(problem.text, *options))
        case ProblemKind.PERIOD_MISSING:
            return Refusal(problems.missing_interval())
        case ProblemKind.TOO_LONG:
            return Refusal(problems.too_long(LONGEST_LINE))
        case _:
            return _other(problem)


def _other(problem: Problem) -> Refusal:
    options = problem.options
    match problem.kind:
        case ProblemKind.LOOKS_LIKE_PRICE:
            return Refusal(misreadings.looks_like_price(problem.text))
        case ProblemKind.NUMBER_WITHOUT_UNIT:
            return Refusal(misreadings.number_without_unit(problem.text, tuple(WINDOWS)))
        case ProblemKind.TWO_SYMBOLS:
            return Refusal(misreadings.one_at_a_time("symbol", options))
        case ProblemKind.TWO_ZONES:
            return Refusal(misreadings.one_at_a_time("zone", options))
        case ProblemKind.TWO_DISTANCES:
            return Refusal(misreadings.one_at_a_time("distance", options))
        case ProblemKind.TWO_BANDS:
            return Refusal(misreadings.one_at_a_time("band", options))
        case ProblemKind.TWO_PERIODS:
            return Refusal(misreadings.one_at_a_time("interval", options))
        case _:
            return Refusal(misreadings.one_at_a_time("channel", options))


def _with_words(request: Request, words: tuple[str, ...]) -> Keyboard:
    """Buttons that ask the same with one of the words."""
    if request.symbol_text is None:
        return ()
    base = f"{request.command or 'map'} {request.symbol_text}"
    return rows(*in_rows([key(word, f"{base} {word}") for word in words], 4))
