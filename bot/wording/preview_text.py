"""What an alert would have told in the days that are known."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.rules.kinds import Kind, Loudness
from bot.rules.preview import Preview
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import RuleSet
from bot.wording.local_time import clock_name, short_local_text

WANTED_DAYS = 7
MOST_TIMES = 8
NOT_KEPT = (Kind.BURST, Kind.THIN)  # what they rest on is not kept


def preview_line(
    found: Preview, rules: RuleSet, now_ms: int, zone: str, quiet: QuietHours | None = None
) -> str:
    """ "In the last 7 days it would have told you 3 times: Mon 14:05, …"."""
    if not found.days:
        return "How often it would have told you: not known yet, too little of this pair's past is stored."
    count = len(found.told_ms)
    times = "nothing" if not count else "once" if count == 1 else f"{count} times"
    said = f"In {_span(found.days)} it would have told you {times}{_when(found, now_ms, zone)}."
    return said + _in_quiet_hours(found, quiet, zone) + _left_out(rules)


def _in_quiet_hours(found: Preview, quiet: QuietHours | None, zone: str) -> str:
    if quiet is None:
        return ""
    held = sum(quiet.cover(stamp, ZoneInfo(zone)) for stamp in found.told_ms)
    return f" Of these {held} fall into the quiet hours and would have been held." if held else ""


def _span(days: float) -> str:
    if days >= WANTED_DAYS - 0.1:
        return f"the last {WANTED_DAYS} days"
    if days < 1.5:
        return f"the last {days * 24:.0f} hours, all that is known,"
    return f"the last {days:.0f} days, all that is known,"


def _when(found: Preview, now_ms: int, zone: str) -> str:
    if not found.told_ms:
        return ""
    newest = [short_local_text(stamp, now_ms, zone) for stamp in found.told_ms[-MOST_TIMES:]]
    last = f"the last {MOST_TIMES} at " if len(found.told_ms) > MOST_TIMES else "at "
    return f", {last}{', '.join(newest)} ({clock_name(zone)})"


def _left_out(rules: RuleSet) -> str:
    heard = [kind for kind in NOT_KEPT if rules.loudness_of(kind) is not Loudness.OFF]
    if not heard:
        return ""
    names = {Kind.BURST: "Bursts", Kind.THIN: "Thin books"}
    return f" {' and '.join(names[kind] for kind in heard).capitalize()} are not in it."


def threshold_line(budget: int, least_percentile: float | None) -> str:
    """What a daily budget has chosen; None where no past is known to choose by."""
    if least_percentile is None:
        return (
            f"{budget} a day is a cap for now: too little of this pair's past is stored to choose zones by "
            "it. Say it again in a day or two."
        )
    if not least_percentile:
        return f"For {budget} a day no zone has to be left out, going by the past that is stored."
    return (
        f"For {budget} a day I chose zones from the {least_percentile:.0f}th percentile of size on, going by "
        "the past that is stored."
    )
