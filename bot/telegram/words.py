"""What people type after a command, in any sensible spelling and order. Pure text: no chat, no market.

The parser never decides whether a symbol exists; it only says which words look like one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.windows import WINDOWS
from bot.liquidation.zone import Band
from bot.telegram.leverage_words import MOST_LEVERAGE
from bot.telegram.picture_words import PictureReading, PictureWords, pictures_joined
from bot.telegram.problem import Problem, ProblemKind
from bot.telegram.time_zones import zone_named
from bot.telegram.vocabulary import (
    ATR_WORDS,
    COMMANDS,
    DURATION_UNITS,
    EVERY_WORDS,
    FILLERS,
    HOUR_MS,
    INVERSE,
    INVERSE_WORDS,
    MINUTE_MS,
    MONTH_UNITS,
    OFF_WORDS,
    ONLY_WORDS,
    PERCENT_WORDS,
    PERIOD_WORDS,
    PICTURE_COMMANDS,
    PRESET_WORDS,
    RANGE_WORDS,
    SECOND_WORDS,
    VENUE_WORDS,
    WINDOW_WORDS,
    ZONE_WORDS,
)
from bot.telegram.word_shapes import (
    atr_of,
    band_of,
    bands_of,
    channel_of,
    distance_of,
    duration_ms,
    leverage_from,
    per_day_of,
    plain_number_of,
    zone_of,
)

LEAST_DISTANCE, MOST_DISTANCE = 0.001, 0.2  # fractions of price
LEAST_ATR, MOST_ATR = 0.1, 10.0
MOST_A_DAY = 100
SHORTEST_PERIOD_MS, LONGEST_PERIOD_MS = 15 * MINUTE_MS, 168 * HOUR_MS
LONGEST_TEXT, LONGEST_WORD, MOST_WORDS = 400, 60, 40
SEVERAL_SYMBOLS = frozenset({"subscribe", "unsubscribe", "snooze"})
RULE_COMMANDS = frozenset({"subscribe", "unsubscribe"})
WITHOUT_SYMBOL = frozenset({"near"})
ZONE_COMMANDS = frozenset({"why", "history"})
SPAN_COMMANDS = frozenset({"snooze", "event"})  # whose durations are no windows


@dataclass(frozen=True)
class Request:
    """Everything one line asks for; what was not said is None."""

    command: str | None = None  # "map", "subscribe" …, without slash and bot name
    symbols: tuple[str, ...] = ()  # as typed, full-width letters already folded
    window: str | None = None  # a key of WINDOWS
    venue: str | None = None
    distance: float | None = None  # fraction of price
    atr: float | None = None  # the distance in hourly ranges
    band: Band | None = None  # this band
    top_band: Band | None = None  # to this one; set wherever `band` is
    preset: str | None = None  # a key of PRESETS
    leverage: int | None = None  # this leverage and up
    per_day: int | None = None  # alerts a day
    span_ms: int | None = None  # how long, of SPAN_COMMANDS
    off: bool = False
    every_ms: int | None = None
    channel: str | None = None  # "@name" or "-100…"
    zone: str | None = None  # "Z42"
    picture: PictureWords = field(default_factory=PictureWords)
    problems: tuple[Problem, ...] = ()

    @property
    def selection(self) -> Selection:
        """The part of a map that is asked for; a word that was not said leaves nothing out."""
        return Selection(
            EVERYTHING.leverage if self.picture.leverage is None else self.picture.leverage,
            self.picture.side,
            EVERYTHING.band if self.band is None else self.band,
            EVERYTHING.top_band if self.top_band is None else self.top_band,
        )

    @property
    def symbol_text(self) -> str | None:
        return self.symbols[0] if self.symbols else None


def parse_request(text: str, command: str | None = None) -> Request:
    """Read one line; `command` names the context where the line itself does not begin with one."""
    words, too_long = words_of(text)
    named, words = _after_command(words)
    command = named or command
    if command in PICTURE_COMMANDS:
        words = pictures_joined(words)
    reading = _Reading(command)
    if too_long:
        reading.problem(ProblemKind.TOO_LONG, text[:LONGEST_WORD].strip())
    reading.read(words)
    return reading.request()


def words_after_command(text: str) -> list[str]:
    """For commands that have words of their own."""
    return _after_command(words_of(text)[0])[1]


def _after_command(words: list[str]) -> tuple[str | None, list[str]]:
    named = command_of(words[0]) if words else None
    if named is None:
        return None, words
    first, *rest = words
    if first.casefold().lstrip("/").partition("@")[0] == "zone" and _is_time_zone(rest):
        return "timezone", rest  # "/zone Asia/Tokyo"; "/zone BTC" asks for zones of a map
    if rest and COMMANDS.get(rest[0].casefold()) == named:
        rest = rest[1:]  # "/map карта биткоин"
    return named, rest


def _is_time_zone(words: list[str]) -> bool:
    """A short name may be a coin (LA), a longer one is a place."""
    named = " ".join(word for word in words if channel_of(word) is None)
    return len(named) > 3 and zone_named(named).zone is not None


_UNIT = "|".join(
    sorted(map(re.escape, [*DURATION_UNITS, *MONTH_UNITS, *PERCENT_WORDS, *ATR_WORDS]), key=len, reverse=True)
)
_GROUPED_THOUSANDS = re.compile(r"(?<!\S)\$?\d{1,3}(?: \d{3})+(?!\S)")
_NUMBER_AND_UNIT = re.compile(rf"(?<!\S)([±+-]?\d+(?:[.,]\d+)?) ({_UNIT})(?=[,;]?(?:\s|$))")
_HEATMAP = re.compile(r"^(/?)(?:heat map|тепловая карта|mapa de calor)(?!\S)", re.IGNORECASE)
_COIN_MARGINED = re.compile(r"(?<!\S)coin margined(?!\S)", re.IGNORECASE)
_TIMES_ATR = re.compile(rf"(?<!\S)(\d+(?:[.,]\d+)?) ?[x×*х]? ?({'|'.join(ATR_WORDS)})(?!\S)", re.IGNORECASE)
_ATR_TIMES = re.compile(rf"(?<!\S)({'|'.join(ATR_WORDS)}) ?[x×*х]? ?(\d+(?:[.,]\d+)?)(?!\S)", re.IGNORECASE)
_PER_DAY = re.compile(
    r"(?<!\S)(?:(?:at most|max|не более|máximo|最多) )?(\d{1,4}) ?"
    r"(?:alerts?|times|x|раза?|алерта?|veces|次)? ?(?:a|per|/|в|al|por) ?(?:day|день|сутки|día|dia)(?!\S)"
    r"|每[天日](?:最多)?(\d{1,4})次?",
    re.IGNORECASE,
)
_CHINESE_EVERY = re.compile(r"每(?:隔)?(?=\d|小时|天|日|周)")


def words_of(text: str) -> tuple[list[str], bool]:
    """Folded words with numbers joined to their units, and whether the text was cut."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])
    shown = "".join(
        letter
        for letter in folded
        if unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Co") or letter.isspace()
    )
    line = " ".join(shown.split())
    line = _HEATMAP.sub(r"\1heatmap", line)
    line = _COIN_MARGINED.sub("coin-margined", line)
    line = _PER_DAY.sub(lambda found: f"{found[1] or found[2]}/day", line)
    line = _TIMES_ATR.sub(r"\1\2", line)
    line = _ATR_TIMES.sub(r"\2\1", line)
    line = _CHINESE_EVERY.sub("每 ", line)
    line = _GROUPED_THOUSANDS.sub(lambda found: found[0].replace(" ", ""), line)
    line = re.sub(_NUMBER_AND_UNIT.pattern, r"\1\2", line, flags=re.IGNORECASE)
    words = [word for raw in line.split() if (word := raw.strip(",;!?\"'«»“”").rstrip("."))]
    kept = [word for word in words[:MOST_WORDS] if len(word) <= LONGEST_WORD]
    too_long = len(text) > LONGEST_TEXT or len(kept) < len(words)
    return _with_ranges(kept), too_long


def _with_ranges(words: list[str]) -> list[str]:
    """ "medium to high" is one word, "medium-high"."""
    for at in range(1, len(words) - 1):
        below, between, above = words[at - 1 : at + 2]
        if between.casefold() in RANGE_WORDS and None not in (band_of(below), band_of(above)):
            return [*words[: at - 1], f"{below}-{above}", *_with_ranges(words[at + 2 :])]
    return words


def command_of(word: str) -> str | None:
    """ "/map@SomeBot" and "карта" are both map; an unknown slash word is a command too."""
    if word.startswith("/") and len(word) > 1:
        name = word[1:].partition("@")[0].casefold()
        return COMMANDS.get(name, name)
    return COMMANDS.get(word.casefold())


@dataclass
class _Reading:
    """What has been understood so far; each `take` answers whether the word was its own."""

    command: str | None
    symbols: list[str] = field(default_factory=list)
    durations: list[tuple[str, int]] = field(default_factory=list)
    periods: list[tuple[str, int]] = field(default_factory=list)
    venues: list[str] = field(default_factory=list)
    distances: list[tuple[str, float]] = field(default_factory=list)
    atrs: list[tuple[str, float]] = field(default_factory=list)
    bands: list[tuple[Band, Band]] = field(default_factory=list)
    presets: list[str] = field(default_factory=list)
    leverages: list[tuple[str, int]] = field(default_factory=list)
    budgets: list[tuple[str, int]] = field(default_factory=list)
    off: bool = False
    only: bool = False  # the band that is named and no higher one
    channels: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    weak_first: str | None = None  # a first word that is a symbol only if nothing else is
    after_every: str | None = None
    inverse: bool = False  # said of no symbol in particular
    picture: PictureReading = field(default_factory=PictureReading)

    def problem(self, kind: ProblemKind, text: str, *options: str) -> None:
        self.problems.append(Problem(kind, text, options))

    def read(self, words: list[str]) -> None:
        for place, word in enumerate(words):
            if self.after_every is not None and self._take_period(word):
                continue
            if self._take_zone(word) or self._take_rule(word) or self._take_picture(word):
                continue
            if self._take_known(word):
                continue
            if self._take_weak(word):
                self.weak_first = word if place == 0 else self.weak_first
            elif not self._take_second_part(word, words[place - 1] if place else ""):
                self._take_symbol(word)
        if self.after_every is not None:
            self.problem(ProblemKind.PERIOD_MISSING, self.after_every)

    def _take_period(self, word: str) -> bool:
        every, self.after_every = self.after_every or "", None
        plain = word.casefold()
        span = duration_ms(plain)
        if span is None:
            span = PERIOD_WORDS.get(plain, WINDOW_WORDS.get(plain))
        if span is None:
            self.problem(ProblemKind.PERIOD_MISSING, every)
            return False
        self.periods.append((f"{every} {word}", span))
        return True

    def _take_zone(self, word: str) -> bool:
        """Only where a zone is asked for: elsewhere Z42 may be a coin."""
        if self.command not in ZONE_COMMANDS:
            return False
        if (zone := zone_of(word)) is not None:
            self.zones.append(zone)
        return zone is not None or word.casefold() in ZONE_WORDS

    def _take_rule(self, word: str) -> bool:
        """What only a subscription is given; elsewhere these are other words."""
        if self.command not in RULE_COMMANDS:
            return False
        if (atr := atr_of(word)) is not None:
            self.atrs.append((word, atr))
        elif (leverage := leverage_from(word)) is not None:
            self.leverages.append((word, leverage))
        elif (per_day := per_day_of(word)) is not None:
            self.budgets.append((word, per_day))
        else:
            return False
        return True

    def _take_picture(self, word: str) -> bool:
        return self.command in PICTURE_COMMANDS and self.picture.take(word)

    def _take_known(self, word: str) -> bool:
        """Words that cannot be a coin."""
        plain = word.casefold()
        if (channel := channel_of(word)) is not None:
            self.channels.append(channel)
        elif plain in VENUE_WORDS:
            self.venues.append(VENUE_WORDS[plain])
        elif (span := duration_ms(plain)) is not None:
            self.durations.append((plain, span))
        elif (distance := distance_of(word)) is not None:
            self.distances.append((word, distance))
        elif plain_number_of(word) is not None:
            self.numbers.append(word)
        elif plain in EVERY_WORDS:
            self.after_every = word
        else:
            return False
        return True

    def _take_weak(self, word: str) -> bool:
        """Words that mean something here but are also names of coins (HIGH, ON, DAY)."""
        plain = word.casefold()
        if (bands := bands_of(word)) is not None:
            self.bands.append(bands)
        elif self.command in RULE_COMMANDS and plain in PRESET_WORDS:
            self.presets.append(PRESET_WORDS[plain])
        elif self.command in RULE_COMMANDS | PICTURE_COMMANDS and plain in ONLY_WORDS:
            self.only = True
        elif self.command in PICTURE_COMMANDS and self.picture.take_weak(word):
            return True
        elif self.command in SPAN_COMMANDS and plain in OFF_WORDS:
            self.off = True
        elif plain in PERIOD_WORDS:
            self.periods.append((plain, PERIOD_WORDS[plain]))
        elif plain in WINDOW_WORDS:
            self.durations.append((plain, WINDOW_WORDS[plain]))
        else:
            return plain in FILLERS
        return True

    def _take_second_part(self, word: str, before: str) -> bool:
        """ "btc usdt", "btc inverse", "bitcoin cash" are one symbol in two words."""
        plain = word.casefold()
        if not self.symbols or plain not in SECOND_WORDS | INVERSE_WORDS:
            return False
        if before and self.symbols[-1].split(" ")[-1] != before:
            return False
        self.symbols[-1] += f" {INVERSE if plain in INVERSE_WORDS else word}"
        return True

    def _take_symbol(self, word: str) -> None:
        if word.casefold() in INVERSE_WORDS:
            self.inverse = True
        else:
            self.symbols.append(word)

    def request(self) -> Request:
        self._settle_weak_first()
        every_ms = self._every()
        self._settle_zone_number()
        numbers = self._take_numbers()
        self.problems += self.picture.problems()
        bands = self._one_band()
        return Request(
            command=self.command,
            symbols=self._all_symbols(numbers),
            window=self._window(),
            venue=self._one(ProblemKind.TWO_VENUES, self.venues),
            distance=self._one_distance(),
            atr=self._one_atr(),
            band=bands[0] if bands else None,
            top_band=bands[1] if bands else None,
            preset=self._one(ProblemKind.TWO_PRESETS, self.presets),
            leverage=self._one_leverage(),
            per_day=self._one_budget(),
            span_ms=self._span(),
            off=self.off,
            every_ms=every_ms,
            channel=self._one(ProblemKind.TWO_CHANNELS, self.channels),
            zone=self._one(ProblemKind.TWO_ZONES, self.zones),
            picture=self.picture.words(),
            problems=tuple(self.problems),
        )

    def _settle_weak_first(self) -> None:
        word = self.weak_first
        if word is None or self.symbols or self.command in WITHOUT_SYMBOL | SPAN_COMMANDS:
            return
        self.symbols.append(word)
        self.picture.forget(word)
        plain = word.casefold()
        if bands_of(word) is not None:
            self.bands.pop(0)
        if plain in PRESET_WORDS and self.presets:
            self.presets.pop(0)
        self.periods = [period for period in self.periods if period[0] != plain]
        self.durations = [duration for duration in self.durations if duration[0] != plain]

    def _every(self) -> int | None:
        if self.command in SPAN_COMMANDS:
            return None
        if self.command == "schedule" and not self.periods:
            self._period_without_every()
        if len({span for _, span in self.periods}) > 1:
            self.problem(ProblemKind.TWO_PERIODS, _listed(self.periods), *(text for text, _ in self.periods))
            return None
        if not self.periods:
            return None
        text, span = self.periods[0]
        if SHORTEST_PERIOD_MS <= span <= LONGEST_PERIOD_MS:
            return span
        self.problem(ProblemKind.PERIOD_OUT_OF_RANGE, text, "15m", "7d")
        return None

    def _period_without_every(self) -> None:
        """ "/schedule btc 4h": a lone duration is the period; of several the one that is no window."""
        if len(self.durations) == 1:
            self.periods, self.durations = self.durations, []
            return
        odd = [duration for duration in self.durations if duration[1] not in WINDOWS.values()]
        if len(odd) == 1:
            self.periods = odd
            self.durations.remove(odd[0])

    def _settle_zone_number(self) -> None:
        """ "/why btc 42": the last number names the zone where nothing else does."""
        if self.command not in ZONE_COMMANDS or self.zones or not self.numbers:
            return
        if (zone := zone_of(f"Z{self.numbers[-1]}")) is not None:
            self.zones.append(zone)
            self.numbers.pop()

    def _take_numbers(self) -> list[str]:
        """Numbers alone: a distance when subscribing, else a price; what could be a coin comes back."""
        if self.command in SPAN_COMMANDS:
            for word in self.numbers:
                self.problem(ProblemKind.SPAN_WITHOUT_UNIT, word, *_spans(word))
            return []
        if not self.symbols and self.command not in RULE_COMMANDS:
            return [self.numbers.pop(0)] if self.numbers and self.numbers[0].isdigit() else []
        for word in self.numbers:
            self._take_number(word, plain_number_of(word) or 0.0)
        return []

    def _take_number(self, word: str, value: float) -> None:
        if self.command in RULE_COMMANDS and (
            value <= 0 or LEAST_DISTANCE * 100 <= value <= MOST_DISTANCE * 100
        ):
            self.distances.append((word, value / 100))
        elif self.command in RULE_COMMANDS or value > MOST_DISTANCE * 100:
            self.problem(ProblemKind.LOOKS_LIKE_PRICE, word)
        else:
            self.problem(ProblemKind.NUMBER_WITHOUT_UNIT, word, *WINDOWS)

    def _all_symbols(self, numbers: list[str]) -> tuple[str, ...]:
        named = [*self.symbols, *numbers]
        if self.inverse:
            named = [f"{symbol} {INVERSE}" for symbol in named] or [INVERSE]
        found = tuple(dict.fromkeys(named))
        if len(found) > 1 and self.command not in SEVERAL_SYMBOLS:
            self.problem(ProblemKind.TWO_SYMBOLS, " ".join(found), *found)
        return found

    def _span(self) -> int | None:
        """ "2h 30m" is two hours and a half."""
        named = [span for _, span in (*self.durations, *self.periods)]
        return sum(named) if self.command in SPAN_COMMANDS and named else None

    def _window(self) -> str | None:
        if self.command in SPAN_COMMANDS:
            return None
        known = {span: window for window, span in WINDOWS.items()}
        named = dict.fromkeys(known[span] for _, span in self.durations if span in known)
        for text, span in self.durations:
            if span not in known:
                self._refuse_window(text)
        return self._one(ProblemKind.TWO_WINDOWS, list(named))

    def _refuse_window(self, text: str) -> None:
        if text in ("1m", "1м"):
            self.problem(ProblemKind.MINUTES_OR_MONTH, text, "30d")
        else:
            self.problem(ProblemKind.WINDOW_NOT_OFFERED, text, *WINDOWS)

    def _one(self, kind: ProblemKind, found: list[str]) -> str | None:
        different = list(dict.fromkeys(found))
        if len(different) > 1:
            self.problem(kind, " ".join(different), *different)
        return different[0] if len(different) == 1 else None

    def _one_distance(self) -> float | None:
        if len({(text[-1].isalpha(), value) for text, value in (*self.distances, *self.atrs)}) > 1:
            named = [text for text, _ in (*self.distances, *self.atrs)]
            self.problem(ProblemKind.TWO_DISTANCES, " ".join(named), *named)
            return None
        return self._ranged(self.distances, LEAST_DISTANCE, MOST_DISTANCE, ("0.1%", "20%"))

    def _one_atr(self) -> float | None:
        return None if self.distances else self._ranged(self.atrs, LEAST_ATR, MOST_ATR, ("0.1 ATR", "10 ATR"))

    def _ranged(
        self, found: list[tuple[str, float]], least: float, most: float, ends: tuple[str, str]
    ) -> float | None:
        if not found:
            return None
        text, value = found[0]
        if least - 1e-12 <= value <= most + 1e-12:
            return value
        self.problem(ProblemKind.DISTANCE_OUT_OF_RANGE, text, *ends)
        return None

    def _one_band(self) -> tuple[Band, Band] | None:
        different = list(dict.fromkeys(self.bands))
        if len(different) > 1:
            names = [low.word for low, _ in different]
            self.problem(ProblemKind.TWO_BANDS, " ".join(names), *names)
        if len(different) != 1:
            return None
        low, top = different[0]
        return (low, low) if self.only else (low, top)

    def _one_leverage(self) -> int | None:
        names = [text for text, _ in self.leverages]
        if len({value for _, value in self.leverages}) > 1:
            self.problem(ProblemKind.TWO_LEVERAGES, " ".join(names), *names)
            return None
        if not self.leverages:
            return None
        text, value = self.leverages[0]
        if value <= MOST_LEVERAGE:
            return value
        self.problem(ProblemKind.LEVERAGE_NOT_OFFERED, text, "10x+", "25x+", "50x+")
        return None

    def _one_budget(self) -> int | None:
        names = [text for text, _ in self.budgets]
        if len({value for _, value in self.budgets}) > 1:
            self.problem(ProblemKind.TWO_BUDGETS, " ".join(names), *names)
            return None
        if not self.budgets:
            return None
        text, value = self.budgets[0]
        if 1 <= value <= MOST_A_DAY:
            return value
        self.problem(ProblemKind.BUDGET_OUT_OF_RANGE, text, "1", str(MOST_A_DAY))
        return None


def _spans(number: str) -> tuple[str, ...]:
    return (f"{number}h", f"{number}m") if number.isdigit() else ()


def _listed(found: list[tuple[str, int]] | list[tuple[str, float]]) -> str:
    return " ".join(text for text, _ in found)
