"""What people type about a position: side, leverage, entry, stop and what they are ready to lose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from bot.liquidation.position import Risk
from bot.liquidation.side import Side
from bot.telegram.vocabulary import ENTRY_WORDS, FILLERS, RISK_WORDS, STOP_WORDS
from bot.telegram.word_shapes import distance_of, leverage_of, plain_number_of, side_of
from bot.telegram.words import command_of, words_of

Said = TypeVar("Said")


@dataclass(frozen=True)
class PositionWords:
    """What was said of the position; `rest` is the line without it."""

    rest: str
    side: Side | None = None
    leverage: float | None = None
    entry: float | None = None
    stop: float | None = None
    stop_away: float | None = None  # the stop as a fraction of the entry
    risk: Risk | None = None
    unread: tuple[str, ...] = ()  # numbers that nothing says what they are
    twice: tuple[str, ...] = ()  # what was said in two ways


def position_words(text: str) -> PositionWords:
    """ "25x long 97200 stop 95000 risk 1% of 10000", in any order; the first lone number is the entry."""
    words, _ = words_of(text)
    head = words[:1] if words and command_of(words[0]) else []
    reading = _Reading()
    reading.read(iter(words[len(head) :]))
    return reading.told(head)


@dataclass
class _Reading:
    rest: list[str] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    leverages: list[float] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    stops_away: list[float] = field(default_factory=list)
    risk_words: list[str] = field(default_factory=list)
    lone: list[str] = field(default_factory=list)
    has_risk: bool = False

    def read(self, words: Iterator[str]) -> None:
        expected = ""
        for word in words:
            expected = self._take(word, expected)

    def _take(self, word: str, expected: str) -> str:
        """What the next word is expected to be."""
        plain = word.casefold()
        for name, known in (("stop", STOP_WORDS), ("entry", ENTRY_WORDS), ("risk", RISK_WORDS)):
            if plain in known:
                self.has_risk = self.has_risk or name == "risk"
                return name
        if plain in FILLERS and expected:
            return expected
        number = plain_number_of(word.removeprefix("@"))
        share = distance_of(word)
        if number is not None or share is not None:
            return self._take_number(word.removeprefix("@"), number, share, expected)
        self._take_word(word)
        return ""

    def _take_number(self, word: str, number: float | None, share: float | None, expected: str) -> str:
        if expected == "risk":
            self.risk_words.append(word)
            return "risk" if len(self.risk_words) < 2 and share is not None else ""
        if expected == "stop":
            (self.stops if number is not None else self.stops_away).append(number or share or 0.0)
        elif expected == "entry" and number is not None:
            self.entries.append(number)
        else:
            self.lone.append(word)
        return ""

    def _take_word(self, word: str) -> None:
        if (leverage := leverage_of(word)) is not None:
            self.leverages.append(leverage)
        elif (side := side_of(word)) is not None:
            self.sides.append(side)
        else:
            self.rest.append(word)

    def told(self, head: list[str]) -> PositionWords:
        lone = [(word, plain_number_of(word)) for word in self.lone]
        for target in (self.entries, self.stops):
            if (
                not target
                and not (target is self.stops and self.stops_away)
                and lone
                and lone[0][1] is not None
            ):
                target.append(lone.pop(0)[1] or 0.0)
        return PositionWords(
            rest=" ".join([*head, *self.rest]),
            side=_only(self.sides),
            leverage=_only(self.leverages),
            entry=_only(self.entries),
            stop=_only(self.stops),
            stop_away=_only(self.stops_away),
            risk=_risk(self.risk_words) if self.has_risk else None,
            unread=tuple(word for word, _ in lone),
            twice=tuple(
                name
                for name, found in (
                    ("side", self.sides),
                    ("leverage", self.leverages),
                    ("entry", self.entries),
                    ("stop", [*self.stops, *self.stops_away]),
                )
                if len(set(found)) > 1
            ),
        )


def _only(found: list[Said]) -> Said | None:
    return found[0] if found else None


def _risk(words: list[str]) -> Risk:
    """ "100", "1%", "1% of 10000"; nothing sensible is a risk of nothing."""
    shares = [share for word in words if (share := distance_of(word)) is not None]
    amounts = [amount for word in words if (amount := plain_number_of(word)) is not None]
    if shares:
        return Risk(shares[0] * amounts[0] if amounts else None, shares[0])
    return Risk(amounts[0] if amounts else None)
