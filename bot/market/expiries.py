"""Expiry dates as venues and people write them; one spelling may have two readings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from bot.market.venue import Listing

DELIVERY = time(8, tzinfo=UTC)  # the hour at which all venues read here settle their dated contracts

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_QUARTERS = {"H": 3, "M": 6, "U": 9, "Z": 12}
_NUMBERS = re.compile(r"(?P<head>.*[^0-9])(?P<year>(?:20)?\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_LETTERS = re.compile(rf"(?P<head>.*[^0-9])(?P<a>\d{{1,2}})(?P<month>{'|'.join(_MONTHS)})(?P<b>\d\d)")
_QUARTER = re.compile(r"(?P<head>.*USD[TC]?)-?(?P<month>[HMUZ])(?P<year>\d\d)")


def split_expiry(text: str) -> tuple[str, tuple[date, ...]]:
    """The text without its expiry, and the readings of it; no readings where there is none."""
    if found := _NUMBERS.fullmatch(text):
        year = int(found["year"]) % 100
        return found["head"].rstrip("-_/: "), _dates((year, int(found["month"]), int(found["day"])))
    if found := _LETTERS.fullmatch(text):
        first, last, month = int(found["a"]), int(found["b"]), _MONTHS.index(found["month"]) + 1
        return found["head"].rstrip("-_/: "), _dates((last, month, first), (first, month, last))
    if found := _QUARTER.fullmatch(text):
        return found["head"], _last_friday(int(found["year"]), _QUARTERS[found["month"]])
    return text, ()


def delivery_ms(day: date) -> int:
    """When a contract of that day is settled, where no venue says it more exactly."""
    return int(datetime.combine(day, DELIVERY).timestamp() * 1000)


def expiry_ms(symbol: str, listings: Iterable[Listing]) -> int | None:
    """When a unified symbol expires, None for a perpetual; from its name once nobody lists it any more."""
    _, dash, digits = symbol.partition(":")[2].rpartition("-")
    if not dash:
        return None
    listed = [one.expiry_ms for one in listings if one.symbol == symbol and one.expiry_ms is not None]
    _, days = split_expiry(f"-{digits}")
    return max(listed) if listed else delivery_ms(days[0]) if days else None


def expiry_date(expiry_ms: int) -> date:
    return datetime.fromtimestamp(expiry_ms / 1000, UTC).date()


def _dates(*readings: tuple[int, int, int]) -> tuple[date, ...]:
    """Only those that are dates, without doubles, in the order given."""
    found: dict[date, None] = {}
    for year, month, day in readings:
        try:
            found[date(2000 + year, month, day)] = None
        except ValueError:
            continue
    return tuple(found)


def _last_friday(year: int, month: int) -> tuple[date, ...]:
    days = [
        found for day in range(31, 24, -1) for found in _dates((year, month, day)) if found.weekday() == 4
    ]
    return tuple(days[:1])
