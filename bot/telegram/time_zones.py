"""Which time zone somebody means: an IANA name, a city, a short name or an offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.telegram.zone_words import CITIES, ODD_OFFSETS, UNCLEAR

MOST_NEAR = 4
_LEAST_LIKE = 0.7
# Folders of IANA's that hold copies, and names that are no places.
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")
_OFFSET = re.compile(r"(?:utc|gmt|мск|msk)?([+-])(\d{1,2})(?::?(\d{2}))?")


@dataclass(frozen=True)
class ZoneMatch:
    """The IANA name that is meant, or None and the nearest that there are."""

    zone: str | None
    near: tuple[str, ...] = ()


def zone_named(typed: str) -> ZoneMatch:
    """ "Europe/Berlin", "berlin", "new york", "UTC+3", "мск" and the like."""
    plain = " ".join(typed.casefold().replace("−", "-").replace("_", " ").split())
    places = _places()
    if zone := places.get(plain):
        return ZoneMatch(zone)
    if plain in UNCLEAR:
        return ZoneMatch(None, UNCLEAR[plain])
    if (offset := _OFFSET.fullmatch(plain.replace(" ", ""))) is not None:
        return _of_offset(plain, offset)
    close = get_close_matches(plain, places, n=2 * MOST_NEAR, cutoff=_LEAST_LIKE)
    held = [name for name in places if len(plain) >= 3 and plain in name]
    near = dict.fromkeys(places[name] for name in (*close, *held))
    return ZoneMatch(None, tuple(near)[:MOST_NEAR])


def _of_offset(plain: str, offset: re.Match[str]) -> ZoneMatch:
    """A zone that keeps the offset all year. UTC+3 is Etc/GMT-3: IANA counts the other way round."""
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    minutes = -minutes if offset[1] == "-" else minutes
    minutes += 180 if plain.startswith(("мск", "msk")) else 0
    hours, odd = divmod(minutes, 60)
    if odd:
        return ZoneMatch(ODD_OFFSETS.get(minutes))
    if not hours:
        return ZoneMatch("UTC")
    return ZoneMatch(f"Etc/GMT{-hours:+d}" if -12 <= hours <= 14 else None)


@cache
def _places() -> dict[str, str]:
    """By the whole IANA name and by its city, in lower case with spaces."""
    named: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        if "/" not in zone or zone.startswith(_NO_PLACES):
            continue
        named[_spoken(zone)] = zone
        named.setdefault(_spoken(zone.rpartition("/")[2]), zone)
    etc = {_spoken(zone): zone for zone in available_timezones() if zone.startswith("Etc/GMT")}
    return {**etc, **named, **CITIES, "utc": "UTC", "etc/utc": "UTC"}


def _spoken(name: str) -> str:
    return name.casefold().replace("_", " ")
