"""Quiet hours as people type them: two times of day, and perhaps a time zone around them."""

from __future__ import annotations

import re

from bot.rules.quiet_hours import DAY_MINUTES, QuietHours

_TIME = r"(\d{1,2})(?:[:.h](\d{2}))? ?(am|pm|h|ч|点|时)?"
_BETWEEN = r" ?(?:-|–|—|to|till|until|до|по|hasta|a|至|到) ?"
_SPAN = re.compile(rf"(?<![\w:+-])(?:(?:from|between|с|от|de|desde|从) ?)?{_TIME}{_BETWEEN}{_TIME}(?![\w:])")


def hours_in(text: str) -> tuple[QuietHours | None, str]:
    """The hours in a line in lower case, and what is left of it; None where it holds none that can be."""
    found = _SPAN.search(text)
    if found is None:
        return None, text.strip()
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    begin, end = _minute(*found.groups()[:3]), _minute(*found.groups()[3:])
    if begin is None or end is None or begin == end:
        return None, rest
    return QuietHours(begin, end), rest


def _minute(hour_text: str, minute_text: str | None, half: str | None) -> int | None:
    """Of the day; 24:00 is midnight. None for what is no time of day."""
    hour, minute = int(hour_text), int(minute_text or 0)
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return (hour * 60 + minute) % DAY_MINUTES
