"""How single words are shaped: durations, distances, numbers, bands, leverages, sides, channels."""

from __future__ import annotations

import re

from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.telegram.vocabulary import (
    ATR_WORDS,
    BAND_STEMS,
    BAND_WORDS,
    DAY_MS,
    DURATION_UNITS,
    MONTH_UNITS,
    PERCENT_WORDS,
    SIDE_STEMS,
    SIDE_WORDS,
)

_DURATION = re.compile(r"(\d{1,6})-?([^\W\d_]+)\.?")
_DISTANCE = re.compile(rf"[±+]?(-?(?:\d+(?:[.,]\d+)?|[.,]\d+))(?:{'|'.join(map(re.escape, PERCENT_WORDS))})")
_PLAIN_NUMBER = re.compile(r"\$?(-?\d+(?:,\d{3})+(?:\.\d+)?|-?\d+(?:[.,]\d+)?)(k|к)?\$?", re.IGNORECASE)


def duration_ms(word: str) -> int | None:
    """ "4h", "30мин", "2w"; months only where they are spelled as such."""
    found = _DURATION.fullmatch(word.casefold())
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    if unit in MONTH_UNITS:
        years, rest = divmod(count, 12)
        return (years * 365 + rest * 30) * DAY_MS
    span = DURATION_UNITS.get(unit)
    return None if span is None else count * span


def distance_of(word: str) -> float | None:
    found = _DISTANCE.fullmatch(word.casefold())
    return None if found is None else float(found[1].replace(",", ".")) / 100


def plain_number_of(word: str) -> float | None:
    """97200, 97,200, 97.2k and $97200 alike; a comma before three digits parts thousands."""
    found = _PLAIN_NUMBER.fullmatch(word)
    if found is None:
        return None
    digits = found[1]
    grouped = re.fullmatch(r"-?\d+(?:,\d{3})+(?:\.\d+)?", digits) is not None
    value = float(digits.replace(",", "" if grouped else "."))
    return value * 1000 if found[2] else value


def band_of(word: str) -> Band | None:
    plain = word.casefold().strip("+≥>=")
    if plain in BAND_WORDS:
        return Band(BAND_WORDS[plain])
    return next((Band(level) for stem, level in BAND_STEMS.items() if plain.startswith(stem)), None)


_BAND_RANGE = re.compile(r"(\w+)(?:-|–|—|\.\.|/)(\w+)")


def bands_of(word: str) -> tuple[Band, Band] | None:
    """The lowest and the highest band: "high" is High and up, "medium-high" those two."""
    found = _BAND_RANGE.fullmatch(word.casefold())
    ends = [band_of(part) for part in found.groups()] if found is not None else []
    named = sorted(band for band in ends if band is not None)
    if len(named) == 2:
        return named[0], named[1]
    band = band_of(word)
    return None if band is None else (band, Band.EXTREME)


_ATR = re.compile(rf"(\d+(?:[.,]\d+)?)-?(?:{'|'.join(ATR_WORDS)})")
_LEVERAGE_UP = re.compile(r"[≥>]?=?(?:(\d{1,3})[x×х倍]|[x×х](\d{1,3}))\+?")
_PER_DAY = re.compile(r"(\d{1,4})/day")


def atr_of(word: str) -> float | None:
    """ "1.5atr" """
    found = _ATR.fullmatch(word.casefold())
    return None if found is None else float(found[1].replace(",", "."))


def leverage_from(word: str) -> int | None:
    """ "25x+", "≥25x", "25x": so much and more."""
    found = _LEVERAGE_UP.fullmatch(word.casefold())
    return None if found is None else int(found[1] or found[2])


def per_day_of(word: str) -> int | None:
    """ "3/day" """
    found = _PER_DAY.fullmatch(word.casefold())
    return None if found is None else int(found[1])


_ZONE = re.compile(r"#?[zз]-?(\d{1,9})", re.IGNORECASE)


def zone_of(word: str) -> str | None:
    """ "Z42" for z42, #Z42 and з42."""
    found = _ZONE.fullmatch(word)
    return None if found is None else f"Z{int(found[1])}"


_LEVERAGE = re.compile(r"(\d{1,6}(?:[.,]\d+)?)[xх×倍]|[xх×](\d{1,6}(?:[.,]\d+)?)", re.IGNORECASE)


def leverage_of(word: str) -> float | None:
    """25x, x25, 25х and 25倍 alike."""
    found = _LEVERAGE.fullmatch(word)
    return None if found is None else float((found[1] or found[2]).replace(",", "."))


def side_of(word: str) -> Side | None:
    """ "long", "шорта", "做多"."""
    plain = word.casefold()
    if plain in SIDE_WORDS:
        return Side(SIDE_WORDS[plain])
    return next((Side(side) for stem, side in SIDE_STEMS.items() if plain.startswith(stem)), None)


_CHANNEL = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_CHANNEL_LINK = re.compile(r"(?:https?://)?t\.me/([A-Za-z][A-Za-z0-9_]{3,31})/?")
_CHANNEL_NUMBER = re.compile(r"-100\d{6,13}")


def channel_of(word: str) -> str | None:
    if _CHANNEL.fullmatch(word) or _CHANNEL_NUMBER.fullmatch(word):
        return word
    link = _CHANNEL_LINK.fullmatch(word)
    return f"@{link[1]}" if link else None
