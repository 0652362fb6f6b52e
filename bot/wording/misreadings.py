"""Sentences for words that can be read in more than one way, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.escape import escaped
from bot.wording.pair import pair_name


def one_month(typed: str) -> str:
    return f"“{escaped(typed)}” could be a minute or a month; one month is 30d."


def looks_like_price(typed: str) -> str:
    return (
        f"“{escaped(typed)}” looks like a price; a distance is written with a percent sign, "
        "for example 1.5%, from 0.1% to 20%."
    )


def number_without_unit(typed: str, windows: Sequence[str]) -> str:
    return f"“{escaped(typed)}” needs a unit: a window is one of {', '.join(windows)}."


def one_at_a_time(what: str, typed: Sequence[str]) -> str:
    """`what` is the kind of thing that was given twice."""
    listed = " or ".join(escaped(word) for word in typed[:4])
    return f"One {what} at a time, please: {listed}?"


def contrast_out_of_range(typed: str) -> str:
    read = f"; {escaped(typed)} is not" if typed else ""
    return f"Contrast is a whole number from 1 (most is bright) to 5 (most is dark){read}."


def leverage_not_offered(typed: str, most: int, offered: Sequence[str]) -> str:
    return f"No venue offers {escaped(typed)}; {most}x is the most. For example {', '.join(offered)}."


def moment_unclear(typed: str, options: Sequence[str]) -> str:
    """`options` are what could be meant; none where it is no time at all."""
    if options:
        return f"Which time is “{escaped(typed)}”? {', '.join(map(escaped, options))} (UTC), or another one."
    return f"“{escaped(typed)}” is no time that I can go back to. {MOMENTS}"


MOMENTS = "For example: at 12:00, yesterday 12:00, 2026-02-05 12:00 (all UTC), or 6h ago."


def still_fresh(seconds: int) -> str:
    return f"This picture is fresh for another {seconds} s."


def heatmaps_end_now() -> str:
    return "A heatmap shows how the past led to now, so it ends now; a map can be shown as it was."


def nothing_selected(symbol: str) -> str:
    return f"Nothing of {pair_name(symbol)} is left with these filters; tap for the picture without them."


def too_many_pairs(most: int) -> str:
    return f"At most {most} pairs in one line, please; nothing was changed."


def alerts_take_all_venues() -> str:
    return "Alerts look at all venues together, so nothing was changed; leave the venue out."


def schedules_take_all_venues() -> str:
    return "Scheduled maps are of all venues together, so nothing was changed; leave the venue out."


def schedules_are_whole() -> str:
    return (
        "A scheduled map shows all of the map, as it is then and in this chat's own look (/palette, /theme), "
        "so nothing was changed; leave filters, looks and times out."
    )


def zones_have_no_window(window: str) -> str:
    return f"Zones are always those of everything open; a window ({escaped(window)}) changes only the map."


def why_takes_all_venues() -> str:
    return "Zones are of all venues together; the answer says what each venue holds of it."


def impact_takes_everything() -> str:
    return "Impact is learned from zones of all venues and everything open; a venue or window is left aside."


def reading_takes_all_venues() -> str:
    return "This is read off the map of all venues together; a venue changes only the map."


def reading_has_no_window(window: str) -> str:
    return f"This is read off everything open; a window ({escaped(window)}) changes only the map."


def model_has_no_window(window: str) -> str:
    return f"There is one model for all windows; a window ({escaped(window)}) changes only the map."


def buttons_are_for_admins() -> str:
    return "In a channel the buttons are for its admins. Ask me in a private chat."


def edited() -> str:
    return "I answer a command as it was first sent. Tap to ask the edited one, or send it again."


def unknown_command(typed: str) -> str:
    return f"There is no command {escaped(typed)}. /help lists what there is."


def not_a_command() -> str:
    return "I did not understand that. Try /map BTC, or /help for everything I can do."


def slow_down() -> str:
    return "That is more than I can answer at once. Please try again in a minute."


def only_in_private(command: str) -> str:
    return f"/{escaped(command)} works in a private chat with me."
