"""A line that was read: its symbols found, or refused with a sentence and what would work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.liquidation.windows import WINDOWS
from bot.telegram.leverage_words import MOST_LEVERAGE
from bot.telegram.picture_words import PictureWords
from bot.telegram.ports import Listed
from bot.telegram.problem import Problem, ProblemKind
from bot.telegram.words import Request, parse_request
from bot.wording import misreadings, problems, terms_text
from bot.wording.buttons import Keyboard, in_rows, key, rows
from bot.wording.numbers import MINUTE_MS, exact_percent_text
from bot.wording.pair import pair_name
from bot.wording.picture_line import band_word, leverage_word, wishes_words
from bot.wording.refusal import Refusal

LONGEST_LINE = 400
SHORT_WORD = 8  # four buttons of it fit in a row


def read(
    line: str,
    command: str | None = None,
    allowed: frozenset[ProblemKind] = frozenset(),
    now_ms: int | None = None,
) -> Request:
    """The request behind a line; raises Refusal for the first thing that cannot be followed.

    What is `allowed` is no problem here and left to the command. With `now_ms` no moment that lies ahead is
    offered instead of one that is unclear.
    """
    if len(line) > LONGEST_LINE:
        raise Refusal(problems.too_long(LONGEST_LINE))
    request = parse_request(line, command)
    refused = [problem for problem in request.problems if problem.kind not in allowed]
    if refused and refused[0].kind is ProblemKind.MOMENT_UNCLEAR and now_ms is not None:
        raise _moment_refused(request, refused[0], now_ms)
    if refused:
        raise _refused(request, refused[0])
    return request


def found(request: Request, market: Listed, typed: str | None = None) -> tuple[str, str | None]:
    """Symbol and venue of the request; raises Refusal, with choices where a symbol is missing or unclear."""
    wanted = typed or request.symbol_text
    if wanted is None:
        raise no_symbol(request.command or "map", market, lambda choice: line_for(request, choice))
    symbol, venue = market.find(wanted, lambda choice: line_for(request, choice))
    return symbol, request.venue or venue


def no_symbol(command: str, market: Listed, ask: Callable[[str], str]) -> Refusal:
    """Which pair? With buttons that carry `ask(symbol)`."""
    keys = [key(pair_name(symbol), ask(symbol)) for symbol in market.suggestions]
    return Refusal(problems.missing_symbol(command), rows(*in_rows(keys, 2)))


def line_for(request: Request, symbol: str) -> str:
    """The same request about another symbol, as a command line."""
    parts = [request.command or "map", symbol, request.zone, request.window, request.venue]
    parts += _rule_words(request) + _picture_words(request.picture)
    if request.every_ms is not None:
        parts.append(f"every {request.every_ms // MINUTE_MS}m")
    return " ".join(part for part in (*parts, request.channel) if part)


def _rule_words(request: Request) -> list[str]:
    words = [request.preset] if request.preset else []
    if request.distance is not None:
        words.append(exact_percent_text(request.distance))
    if request.atr is not None:
        words.append(f"{request.atr:g}atr")
    if request.band is not None and request.top_band is not None:
        words.append(band_word(request.band, request.top_band))
    if request.leverage is not None:
        words.append(f"{request.leverage}x+")
    if request.per_day is not None:
        words.append(f"{request.per_day}/day")
    if request.span_ms is not None:
        words.append(f"{request.span_ms // MINUTE_MS}m")
    return [*words, "off"] if request.off else words


def _picture_words(said: PictureWords) -> list[str]:
    moment = [] if said.moment is None else [said.moment.said]
    leverage = [] if said.leverage is None else [leverage_word(said.leverage)]
    side = [] if said.side is None else [said.side.word]
    return [*moment, *leverage, *side, *wishes_words(said.wishes)]


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
            return _other(request, problem)


def _other(request: Request, problem: Problem) -> Refusal:
    options = problem.options
    match problem.kind:
        case ProblemKind.LOOKS_LIKE_PRICE:
            return Refusal(misreadings.looks_like_price(problem.text))
        case ProblemKind.NUMBER_WITHOUT_UNIT:
            return Refusal(misreadings.number_without_unit(problem.text, tuple(WINDOWS)))
        case ProblemKind.BUDGET_OUT_OF_RANGE:
            return Refusal(problems.budget_out_of_range(*options))
        case ProblemKind.SPAN_WITHOUT_UNIT:
            return Refusal(terms_text.span_without_unit(problem.text))
        case ProblemKind.CONTRAST_OUT_OF_RANGE:
            return Refusal(misreadings.contrast_out_of_range(problem.text), _with_words(request, options))
        case ProblemKind.LEVERAGE_NOT_OFFERED:
            sentence = misreadings.leverage_not_offered(problem.text, MOST_LEVERAGE, options)
            return Refusal(sentence, _with_words(request, options))
        case ProblemKind.MOMENT_UNCLEAR:
            return Refusal(misreadings.moment_unclear(problem.text, options), _with_words(request, options))
        case ProblemKind.TWO_SYMBOLS:
            keys = [key(symbol, line_for(request, symbol)) for symbol in options]
            return Refusal(misreadings.one_at_a_time("symbol", options), rows(*in_rows(keys, 4)))
        case _:
            sentence = misreadings.one_at_a_time(GIVEN_TWICE[problem.kind], options)
            return Refusal(sentence, _with_words(request, options))


def _moment_refused(request: Request, problem: Problem, now_ms: int) -> Refusal:
    """With those of the moments that could be meant which have come; a day that has not is told as that."""
    meant = {option: _meant_ms(option, now_ms) for option in problem.options}
    past = tuple(option for option, at_ms in meant.items() if at_ms <= now_ms)
    if meant and not past:
        return Refusal(problems.moment_ahead(min(meant.values())))
    return _refused(request, replace(problem, options=past))


def _meant_ms(option: str, now_ms: int) -> int:
    moment = parse_request(f"map {option}").picture.moment
    return now_ms if moment is None else moment.ms(now_ms)


GIVEN_TWICE = {
    ProblemKind.TWO_ZONES: "zone",
    ProblemKind.TWO_DISTANCES: "distance",
    ProblemKind.TWO_BANDS: "band",
    ProblemKind.TWO_PERIODS: "interval",
    ProblemKind.TWO_PRESETS: "preset",
    ProblemKind.TWO_LEVERAGES: "leverage",
    ProblemKind.TWO_BUDGETS: "daily budget",
    ProblemKind.TWO_CHANNELS: "channel",
    ProblemKind.TWO_SIDES: "side",
    ProblemKind.TWO_STACKS: "kind of layers",
    ProblemKind.TWO_PALETTES: "palette",
    ProblemKind.TWO_THEMES: "theme",
    ProblemKind.TWO_CONTRASTS: "contrast",
    ProblemKind.TWO_MOMENTS: "moment",
}


def _with_words(request: Request, words: tuple[str, ...]) -> Keyboard:
    """Buttons that ask the same with one of the words."""
    if request.symbol_text is None:
        return ()
    base = line_for(request, request.symbol_text)
    wide = 4 if max(map(len, words), default=0) <= SHORT_WORD else 2
    return rows(*in_rows([key(word, f"{base} {word}") for word in words], wide))
