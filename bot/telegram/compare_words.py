"""What people type behind /compare: two contracts, two venues, or a perpetual against a dated future."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.telegram.vocabulary import (
    AGAINST_WORDS,
    DATED_WORDS,
    FUTURE_WORDS,
    MONTH_STEMS,
    PERPETUAL_WORDS,
    VENUE_WORDS,
    VERSUS_WORDS,
)
from bot.telegram.words import words_after_command

_EXPIRY = re.compile(r"-\d{6}$")
CHINESE_MONTH = "月"
MONTHS = (
    "january enero", "february febrero", "march marzo", "april abril", "may mayo", "june junio",
    "july julio", "august agosto", "september septiembre", "october octubre", "november noviembre",
    "december diciembre",
)  # fmt: skip
RUSSIAN_MONTHS = (
    "январ", "феврал", "март", "апрел", "май", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
)  # fmt: skip


@dataclass(frozen=True)
class CompareWords:
    rest: str  # the words that are no words of a comparison, for the parser of requests
    with_dated: bool = False  # the perpetual against a dated contract of the same coin
    month: int | None = None  # in which that one ends
    twice: str = ""  # what was named two times, as typed; from outside, so escape it


def compare_words(line: str) -> CompareWords:
    said = words_after_command(line)
    words = _expiries_named([*said[:1], *(word for word in said[1:] if word.casefold() not in AGAINST_WORDS)])
    plain = [word.casefold() for word in words]
    months = [_month_of(word) if place else None for place, word in enumerate(plain)]
    perpetual = any(word in PERPETUAL_WORDS for word in plain[1:])
    future = any(word in FUTURE_WORDS for word in plain[1:])
    dated = any(word in DATED_WORDS for word in plain[1:]) or any(months)
    venues = [VENUE_WORDS[word] for word in plain if word in VENUE_WORDS]
    own = PERPETUAL_WORDS | FUTURE_WORDS | DATED_WORDS
    rest = [
        word
        for place, word in enumerate(words)
        if place == 0 or (plain[place] not in own and months[place] is None)
    ]
    return CompareWords(
        rest=" ".join(rest),
        with_dated=dated or (future and (perpetual or len(set(venues)) < 2)),
        month=next((month for month in months if month is not None), None),
        twice=_twice(rest),
    )


def _expiries_named(words: list[str]) -> list[str]:
    """ "BTC 260327" as "BTC BTC-260327": an expiry alone is of the symbol before it, or else behind it."""
    named = []
    for place, word in enumerate(words):
        around = [*reversed(words[:place]), *words[place + 1 :]]
        symbols = [one for one in around if one.casefold() not in VENUE_WORDS and not _is_expiry(one)]
        bare = _is_expiry(word) and bool(symbols)
        named.append(f"{_EXPIRY.sub('', symbols[0])}-{word}" if bare else word)
    return named


def _is_expiry(word: str) -> bool:
    """Six digits that are a day: 260327."""
    if not (word.isascii() and word.isdigit() and len(word) == 6):
        return False
    try:
        date(2000 + int(word[:2]), int(word[2:4]), int(word[4:]))
    except ValueError:
        return False
    return True


def says_against(line: str) -> bool:
    """A line without a command that sets two things against each other: "btc vs eth"."""
    return any(word.casefold() in VERSUS_WORDS for word in words_after_command(line)[1:-1])


def _month_of(word: str) -> int | None:
    """ "dec", "December", "декабря", "12月"; None for a longer word that only begins like one: market."""
    if word.endswith(CHINESE_MONTH) and word[:-1].isdigit():
        return int(word[:-1]) if 1 <= int(word[:-1]) <= 12 else None
    month = MONTH_STEMS.get(word[:3])
    if month is None or word == word[:3]:
        return month
    latin = any(name.startswith(word) for name in MONTHS[month - 1].split())
    return month if latin or word.startswith(RUSSIAN_MONTHS[month - 1]) else None


def _twice(words: list[str]) -> str:
    """The first word that stands there two times, a venue under whatever name."""
    counted = Counter(VENUE_WORDS.get(word.casefold(), word.casefold()) for word in words)
    return next(
        (word for word in words if counted[VENUE_WORDS.get(word.casefold(), word.casefold())] > 1), ""
    )
