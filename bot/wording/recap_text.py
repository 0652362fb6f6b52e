"""The recap of a day: what was told and how it turned out, what was held back, why, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.rules.grading import TOLD_MS, Aftermath, Grade, Unknown, is_about_zone, is_claim
from bot.rules.telling import Hold, Telling
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.grade_text import brief_turn, turn
from bot.wording.local_time import clock_name, short_local_text
from bot.wording.numbers import age_text
from bot.wording.pair import pair_name

MOST_LISTED = 30
HOLDS = {
    Hold.QUIET_HOURS: "quiet hours",
    Hold.BUDGET: "the day's budget was spent",
    Hold.SNOOZE: "snoozed",
    Hold.COOLDOWN: "told shortly before",
    Hold.HYSTERESIS: "price had not been away",
    Hold.STALE: "data was late",
}
TOO_EARLY = "too early to say"


@dataclass(frozen=True)
class Recapped:
    symbol: str
    telling: Telling
    hold: Hold | None  # why it was not told
    line: str  # as it reads among other alerts
    grade: Grade | Unknown | None


Say = Callable[[Recapped], str]


def recap_text(
    told: Sequence[Recapped], begin_ms: int, end_ms: int, zone: str, late: Sequence[Recapped] = ()
) -> str:
    """Oldest first; shorter where there is little room, and then the last of a list go.

    `late`: what the recap before could not say the end of.
    """
    sent = [one for one in told if one.hold is None]
    held = [one for one in told if one.hold is not None]
    begin, end = (short_local_text(stamp, end_ms, zone) for stamp in (begin_ms, end_ms))
    title = f"<b>Recap</b> · {begin} to {end} {clock_name(zone)}"

    def when(one: Recapped) -> str:
        return short_local_text(one.telling.at_ms, end_ms, zone)

    for say, most in [(_whole, MOST_LISTED), *((_brief, most) for most in range(MOST_LISTED, -1, -1))]:
        blocks = [
            *_block(_told_title(sent), sent, say, most, when),
            *_block(_held_title(held), held, say, most, when),
            *_block(_late_title(late), late, say, most, when),
        ]
        text = "\n".join([title, *blocks, "", _FOOT])
        if visible_length(text) <= MESSAGE_LIMIT:
            return text
    raise AssertionError("titles alone fit")


_FOOT = (
    f"Graded {age_text(TOLD_MS)} after each alert. How alerts do against like levels without a zone: /score"
)


def _block(title: str, listed: Sequence[Recapped], say: Say, most: int, when: Say) -> list[str]:
    if not listed:
        return []
    lines = [f"{when(one)} {say(one)}" for one in listed[:most]]
    more = [f"… and {len(listed) - most} more"] if len(listed) > most else []
    return ["", title, *lines, *more]


def _told_title(sent: Sequence[Recapped]) -> str:
    return f"<b>Told: {len(sent)}</b>{_count_text(sent)}"


def _held_title(held: Sequence[Recapped]) -> str:
    reasons = Counter(HOLDS[one.hold] for one in held if one.hold is not None)
    named = ", ".join(
        f"{reason} {count}" if len(reasons) > 1 else reason for reason, count in reasons.items()
    )
    return f"<b>Held back: {len(held)}</b> ({named}){_count_text(held)}"


def _late_title(late: Sequence[Recapped]) -> str:
    return f"<b>Too early to say last time: {len(late)}</b>{_count_text(late)}"


def _count_text(listed: Sequence[Recapped]) -> str:
    """ " · 3 of 5 zones touched, then 2 reversed, 1 went on"."""
    known = [one.grade for one in listed if is_about_zone(one.telling) and isinstance(one.grade, Grade)]
    if not known:
        return ""
    touched = [grade for grade in known if grade.touched_ms is not None]
    after = Counter(grade.aftermath for grade in touched)
    then = (
        f", then {after[Aftermath.REVERSED]} reversed, {after[Aftermath.CONTINUED]} went on"
        if touched
        else ""
    )
    return f" · {len(touched)} of {len(known)} zones reached{then}"


def _whole(one: Recapped) -> str:
    if not is_claim(one.telling):
        return _named(one)
    ending = TOO_EARLY if one.grade is None else turn(one.symbol, one.telling, one.grade)
    return f"{_named(one)}\n→ {_early(one)}{ending}"


def _brief(one: Recapped) -> str:
    if not is_claim(one.telling):
        return f"{pair_name(one.symbol)}: over"
    ending = TOO_EARLY if one.grade is None else brief_turn(one.telling, one.grade)
    return f"{pair_name(one.symbol)}: {_early(one)}{ending}"


def _named(one: Recapped) -> str:
    reason = f" ({HOLDS[one.hold]})" if one.hold is not None else ""
    return f"{one.line or pair_name(one.symbol)}{reason}"


def _early(one: Recapped) -> str:
    """Says so where the grade is that of an earlier horizon."""
    if isinstance(one.grade, Grade) and one.grade.horizon_ms < TOLD_MS:
        return f"after {age_text(one.grade.horizon_ms)}: "
    return ""
