"""A time in the past as people type it: "at 2026-02-05 12:00", "yesterday 12:00", "6h ago"; always UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.telegram.vocabulary import DAY_MS, MINUTE_MS, MONTH_STEMS, PAST_DAY_WORDS
from bot.telegram.word_shapes import duration_ms

LEAP_YEAR = 2024
LONGEST_AGO_MS = 2 * 365 * DAY_MS
WHOLE_HOURS = ("00:00", "06:00", "12:00", "18:00")  # to choose from where only a day was named


@dataclass(frozen=True)
class Moment:
    """A time that was named, to be resolved with what time it is."""

    ago_ms: int | None = None
    minute: int = 0  # of the day
    days_ago: int | None = None  # 0 is today; None with no date: the last time it was so late
    year: int | None = None  # None with a date: the last such day
    month_day: tuple[int, int] | None = None
    said: str = field(default="", compare=False)  # one word that means it again

    def ms(self, now_ms: int) -> int:
        """Milliseconds since 1970; what was named may lie ahead."""
        if self.ago_ms is not None:
            return now_ms - self.ago_ms
        today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
        if self.month_day is not None:
            return self._on(self._date(now_ms, today.year))
        at_ms = self._on(today - timedelta(days=self.days_ago or 0))
        return at_ms if self.days_ago is not None or at_ms <= now_ms else at_ms - DAY_MS

    def _on(self, day: date) -> int:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return round(midnight.timestamp()) * 1000 + self.minute * MINUTE_MS

    def _date(self, now_ms: int, this_year: int) -> date:
        if self.month_day is None:
            raise ValueError("no date was named")
        if self.year is not None:
            return date(self.year, *self.month_day)
        known = (_day(this_year - back, *self.month_day) for back in range(9))
        return next(day for day in known if day is not None and self._on(day) <= now_ms)


@dataclass(frozen=True)
class Unclear:
    """A word that looks like a time but names none, with what could be meant."""

    word: str
    options: tuple[str, ...] = ()


_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}(?::\d{2})?[ap]m"
_MONTH = "|".join(sorted(MONTH_STEMS, key=len, reverse=True))
_PAST_DAY = "|".join(sorted(PAST_DAY_WORDS, key=len, reverse=True))
_DAY = r"\d{1,2}月\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|" + _PAST_DAY
_AGO = "ago|back|earlier|назад|atrás"

# Several words made one, in this order.
_JOINED = tuple(
    (re.compile(pattern, re.IGNORECASE), joined)
    for pattern, joined in (
        (r"(?<=\d)点(?:(\d{1,2})分?)?", r":\1"),
        (r"(?<=\d:)(?=\s|$)", "00"),
        (r"(\d{4})年(\d{1,2})月(\d{1,2})日 ?", r"\1-\2-\3 "),
        (r"(?<!\d)(\d{1,2}月\d{1,2}日) ?", r"\1 "),
        (rf"({_PAST_DAY})(?=\d{{1,2}}:)", r"\1 "),
        (rf"(?<!\S)(\d+[^\W\d_]+) (?:{_AGO})(?!\S)", r"\1-ago"),
        (r"(?<!\S)hace (\d+[^\W\d_]+)(?!\S)", r"\1-ago"),
        (r"(?<!\S)(\d+[^\W\d_]+?)(?:之前|以前|前)(?!\S)", r"\1-ago"),
        (rf"(?<!\S)({_CLOCK}) ?(?:utc|gmt|z)(?!\S)", r"\1"),
        (r"(?<!\S)a las? (?=\d)", ""),
        (rf"(?<!\S)(\d{{1,2}}) (?:de )?({_MONTH})[^\W\d_]*\.?(?: (?:de )?(\d{{4}}))?(?!\S)", r"\1~\2~\3"),
        (rf"(?<!\S)({_MONTH})[^\W\d_]*\.? (\d{{1,2}})(?: (\d{{4}}))?(?!\S)", r"\2~\1~\3"),
        (
            rf"(?<!\S)({_DAY}|\d+~[^\W\d_]+~\d*)(?: (?:at|в|a las|a la|um))? ({_CLOCK})(?!\S)",
            r"\1T\2",
        ),
        (rf"(?<!\S)({_CLOCK})(?: on)? ({_DAY}|\d+~[^\W\d_]+~\d*)(?!\S)", r"\2T\1"),
    )
)
_ISO_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})z?")
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})")
_NAMED_MONTH = re.compile(rf"(\d{{1,2}})~({_MONTH})~(\d{{4}})?")
_CHINESE_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")
_JOINT = re.compile(rf"~|T(?={_CLOCK})")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?([ap]m)?z?")


def moments_joined(line: str) -> str:
    """The line with each time in it as one word."""
    for pattern, joined in _JOINED:
        line = pattern.sub(joined, line)
    return line


def moment_of(word: str) -> Moment | Unclear | None:
    """What a word of a joined line says of a time; None for another word."""
    plain = word.casefold()
    if plain.endswith("-ago"):
        return _ago(plain)
    if basic := _ISO_BASIC.fullmatch(plain):
        year, month, day, hour, minute = basic.groups()
        plain = f"{year}-{month}-{day}t{hour}:{minute}"
    day_text, parted, clock = plain.rpartition("t")
    if not parted or not day_text or not re.fullmatch(_CLOCK, clock.removesuffix("z")):
        day_text, clock = ("", plain) if re.fullmatch(_CLOCK, plain.removesuffix("z")) else (plain, "")
    if day_text and not _is_day(day_text):
        return None
    named = _named_day(day_text) if day_text else Moment()
    if not isinstance(named, Moment):
        return Unclear(shown(word), tuple(f"{option} {clock}".strip() for option in named))
    if not clock:
        return Unclear(shown(word), tuple(f"{shown(word)} {hour}" for hour in WHOLE_HOURS))
    minute = _minute(clock)
    if minute is None:
        return Unclear(shown(word))
    return Moment(None, minute, named.days_ago, named.year, named.month_day, shown(word))


def shown(word: str) -> str:
    """A joined word as it may be typed."""
    return _JOINT.sub(" ", word).replace("-ago", " ago").strip()


def _ago(plain: str) -> Moment | Unclear | None:
    span = duration_ms(plain.removesuffix("-ago"))
    if span is None:
        return None
    return Moment(span, said=shown(plain)) if 0 < span <= LONGEST_AGO_MS else Unclear(shown(plain))


def _is_day(text: str) -> bool:
    patterns = (_YEAR_FIRST, _YEAR_LAST, _NAMED_MONTH, _CHINESE_DAY)
    return text in PAST_DAY_WORDS or any(pattern.fullmatch(text) for pattern in patterns)


def _named_day(text: str) -> Moment | tuple[str, ...]:
    """A moment's day, or the days that could be meant."""
    if text in PAST_DAY_WORDS:
        return Moment(days_ago=PAST_DAY_WORDS[text])
    if named := _YEAR_FIRST.fullmatch(text):
        return _dated(int(named[1]), int(named[2]), int(named[3]))
    if named := _YEAR_LAST.fullmatch(text):
        first, second, year = int(named[1]), int(named[3]), int(named[4])
        if named[2] == "/" and first != second and max(first, second) <= 12:
            return f"{year}-{first:02}-{second:02}", f"{year}-{second:02}-{first:02}"
        return _dated(year, first, second) if second > 12 else _dated(year, second, first)
    if named := _NAMED_MONTH.fullmatch(text):
        return _dated(int(named[3]) if named[3] else None, MONTH_STEMS[named[2]], int(named[1]))
    if named := _CHINESE_DAY.fullmatch(text):
        return _dated(None, int(named[1]), int(named[2]))
    return ()


def _dated(year: int | None, month: int, day: int) -> Moment | tuple[str, ...]:
    known = _day(LEAP_YEAR if year is None else year, month, day)
    return () if known is None else Moment(year=year, month_day=(month, day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _minute(clock: str) -> int | None:
    """Of the day; None for what is no time of day."""
    found = _TIME.fullmatch(clock)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None
