"""Buttons: what they say, and the whole question they carry.

A button carries a command line behind a version mark, so that a tap is what typing would be, and a button
of an older version is recognised instead of misread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.windows import ALL
from bot.rules.rule_set import RuleSet
from bot.wording.numbers import MINUTE_MS, exact_percent_text
from bot.wording.pair import pair_name, window_text

VERSION = "1|"
REDRAW = "redraw"  # a picture in the place of the one whose button it is
AGAIN = "again"  # the same in place, unless it is new
LONGEST_DATA = 64  # bytes, Telegram's limit
MOST_MAPS = 6
MOST_WHY = 6  # zones that have a button of their own


@dataclass(frozen=True)
class Key:
    """One inline button."""

    text: str
    data: str


Keyboard = tuple[tuple[Key, ...], ...]


def key(text: str, line: str) -> Key | None:
    """A button that asks `line`; None where the line is too long for a button."""
    data = VERSION + line
    return Key(text, data) if len(data.encode()) <= LONGEST_DATA else None


def line_of(data: str) -> str | None:
    """The command line behind a button; None for a button of another version."""
    return data.removeprefix(VERSION) if data.startswith(VERSION) else None


def rows(*wanted: tuple[Key | None, ...]) -> Keyboard:
    """Rows without the buttons that could not be made."""
    kept = (tuple(one for one in row if one is not None) for row in wanted)
    return tuple(row for row in kept if row)


def window_keyboard(symbol: str, windows: Sequence[str], venue: str | None) -> Keyboard:
    """The windows that can be drawn instead, and everything open."""
    keys = [key(window_text(name), map_line(symbol, name, venue)) for name in (*windows, ALL)]
    return rows(*in_rows(keys, 3))


def in_rows(keys: Sequence[Key | None], wide: int) -> list[tuple[Key | None, ...]]:
    return [tuple(keys[at : at + wide]) for at in range(0, len(keys), wide)]


def map_line(symbol: str, window: str = ALL, venue: str | None = None) -> str:
    """The command that asks for this map again."""
    return f"map {symbol}{'' if window == ALL else ' ' + window}{_tail(venue)}"


def subscribe_line(symbol: str, rules: RuleSet) -> str:
    """The command that switches on an alert of the same reach and band."""
    reach = rules.reach
    near = exact_percent_text(reach.percent) if reach.percent is not None else f"{reach.atr:g} atr"
    return f"subscribe {symbol} {near} {rules.band.word.lower()}"


def schedule_line(symbol: str, window: str, every_ms: int) -> str:
    shown = "" if window == ALL else f" {window}"
    return f"schedule {symbol}{shown} every {every_ms // MINUTE_MS}m"


def _tail(venue: str | None) -> str:
    return f" {venue}" if venue else ""


def marked(text: str, chosen: bool) -> str:
    return f"✓ {text}" if chosen else text


def zones_keyboard(symbol: str, its_map: Key | None, zone_ids: Sequence[str] = ()) -> Keyboard:
    """What else there is for the pair, and why its first zones are there."""
    others = (its_map, key("Alert me", f"subscribe {symbol}"))
    scenario = key("If price gets there", f"cascade {symbol}")
    read_off = (key("How steep", f"gradient {symbol}"), key("Quiet gaps", f"quiet {symbol}"))
    whys = in_rows([why_key(symbol, one) for one in zone_ids[:MOST_WHY]], 3)
    several = (key("Compare venues", f"compare {symbol}"), key("New and old", f"evolution {symbol}"))
    return rows((*others, scenario), read_off, *whys, several)


def zone_choice_keyboard(symbol: str, zone_ids: Sequence[str], command: str) -> Keyboard:
    return rows(*in_rows([key(one, f"{command} {symbol} {one}") for one in zone_ids[:MOST_WHY]], 3))


def liquidations_keyboard(symbol: str, window: str, venue: str | None) -> Keyboard:
    again = key("Refresh", f"liquidations {symbol} {window}{_tail(venue)}")
    longer = key("Last 7d", f"liquidations {symbol} 7d{_tail(venue)}")
    others = (key("Map", map_line(symbol, venue=venue)), key("Model", f"model {symbol}{_tail(venue)}"))
    return rows((again, longer), others)


def why_keyboard(symbol: str, zone_id: str) -> Keyboard:
    others = (key("Zones", f"zones {symbol}"), key("Map", map_line(symbol)), key("Model", f"model {symbol}"))
    return rows((cascade_key(symbol, zone_id), history_key(symbol, zone_id)), others)


def history_key(symbol: str, zone_id: str) -> Key | None:
    return key(f"Its life: {zone_id}", f"history {symbol} {zone_id}")


def history_keyboard(symbol: str, zone_id: str, *, is_there: bool) -> Keyboard:
    why = why_key(symbol, zone_id) if is_there else None
    return rows((why, key("Zones", f"zones {symbol}"), key("Map", map_line(symbol))))


def reading_keyboard(symbol: str, command: str) -> Keyboard:
    """Under what is read off a map: the other reading, and what else there is."""
    other = (
        key("How steep", f"gradient {symbol}") if command == "quiet" else key("Quiet gaps", f"quiet {symbol}")
    )
    return rows((other, key("Zones", f"zones {symbol}"), key("Map", map_line(symbol))))


def model_keyboard(symbol: str) -> Keyboard:
    return rows((key("How a map is made", "model"), key("Zones", f"zones {symbol}")))


def cascade_key(symbol: str, zone_id: str) -> Key | None:
    return key(f"If price gets to {zone_id}", f"cascade {symbol} {zone_id}")


def why_key(symbol: str, zone_id: str) -> Key | None:
    return key(f"Why {zone_id}?", f"why {symbol} {zone_id}")


def alert_keyboard(symbol: str, subscription_id: int, zone_id: str) -> Keyboard:
    """`zone_id` is empty where the alert is about no zone."""
    why = why_key(symbol, zone_id) if zone_id else None
    return rows(
        (key("Map", map_line(symbol)), key("Zones", f"zones {symbol}"), why),
        (snooze_key(symbol), key("Switch this alert off", f"off {subscription_id}")),
    )


def several_keyboard(symbols: Sequence[str]) -> Keyboard:
    """Under a message about several pairs."""
    maps = [key(f"Map {pair_name(one)}", map_line(one)) for one in symbols[:MOST_MAPS]]
    return rows(*in_rows(maps, 2), (snooze_key(),))


def snooze_key(symbol: str = "") -> Key | None:
    """Under an alert: its pair is quiet for an hour, or all of the chat where no pair is named."""
    return key("Snooze 1 h" if symbol else "Snooze all 1 h", f"hush {symbol} 1h" if symbol else "hush 1h")


def scheduled_keyboard(symbol: str) -> Keyboard:
    return rows((key("Zones", f"zones {symbol}"), key("Alert me", f"subscribe {symbol}")))
