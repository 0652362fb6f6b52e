"""Buttons of the settings and of the kinds of alerts: panels that redraw themselves in place.

`elsewhere` is the id of the chat that is meant, where the panel stands in another one; else empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.language import Language
from bot.look import PaletteName, Theme
from bot.rules.rule_set import RuleSet
from bot.rules.sessions import Session
from bot.wording.buttons import Key, Keyboard, in_rows, key, rows
from bot.wording.local_time import hours_text, zone_text
from bot.wording.look_text import LANGUAGES, PALETTES, THEMES
from bot.wording.pair import pair_name
from bot.wording.rules_text import KINDS, MARKS
from bot.wording.settings_text import SESSION_NAMES, Standing

COMMON_ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)


class Menu(StrEnum):
    MAIN = "main"
    ZONE = "zone"
    HOURS = "hours"
    BUDGET = "budget"
    SNOOZE = "snooze"
    EVENT = "event"
    PICTURES = "pictures"  # the next three together
    PALETTE = "palette"
    THEME = "theme"
    LANGUAGE = "language"


OFFERED: dict[Menu, tuple[str, ...]] = {
    Menu.ZONE: COMMON_ZONES,
    Menu.HOURS: ("22-7", "23-7", "0-8", "1-9"),
    Menu.BUDGET: ("3", "5", "8", "12", "24"),
    Menu.SNOOZE: ("1h", "4h", "8h", "1d"),
    Menu.EVENT: ("1h", "4h", "12h"),
    Menu.PALETTE: tuple(PaletteName),
    Menu.THEME: tuple(Theme),
    Menu.LANGUAGE: tuple(Language),
}
OF_PICTURES = (Menu.PALETTE, Menu.THEME, Menu.LANGUAGE)
WIDE = {Menu.PALETTE: 1, Menu.LANGUAGE: 2}  # buttons in a row, where they are not three
WORDS: dict[str, str] = {one: text.capitalize() for one, text in {**PALETTES, **THEMES, **LANGUAGES}.items()}
OFF = {Menu.HOURS: "None", Menu.BUDGET: "As each alert says", Menu.SNOOZE: "Off", Menu.EVENT: "Off"}


def panel_keyboard(menu: Menu, chat: Standing, elsewhere: str) -> Keyboard:
    if menu is Menu.MAIN:
        return _main(chat, elsewhere)
    chosen = (chat.look.palette, chat.look.theme, chat.language)
    menus = OF_PICTURES if menu is Menu.PICTURES else (menu,)
    choices = [row for one in menus for row in _choices(one, elsewhere, chosen)]
    return rows(*choices, (_set_key("‹ Back", "menu main", elsewhere),))


def _choices(menu: Menu, elsewhere: str, chosen: Sequence[str] = ()) -> list[tuple[Key | None, ...]]:
    off = [_set_key(OFF[menu], f"{menu.value} off", elsewhere)] if menu in OFF else []
    offered = {_choice_text(menu, one, one in chosen): one for one in OFFERED[menu]}
    keys = [_set_key(text, f"{menu.value} {one}", elsewhere) for text, one in offered.items()]
    return in_rows([*keys, *off], WIDE.get(menu, 3))


def _choice_text(menu: Menu, choice: str, is_chosen: bool) -> str:
    if menu is Menu.ZONE:
        return zone_text(choice)
    if menu is Menu.BUDGET:
        return f"{choice} a day"
    return f"{'✅ ' if is_chosen else ''}{WORDS.get(choice, choice)}"


def _main(chat: Standing, elsewhere: str) -> Keyboard:
    quiet = "none" if chat.quiet is None else hours_text(chat.quiet)
    budget = "–" if chat.budget is None else str(chat.budget)
    snooze = "on" if chat.snoozed_until_ms > chat.now_ms else "off"
    event = "on" if chat.event_until_ms > chat.now_ms else "off"
    clock = (
        _set_key(f"🕒 {zone_text(chat.zone)}", "menu zone", elsewhere),
        _set_key(f"🌙 {quiet}", "menu hours", elsewhere),
    )
    amounts = (
        _set_key(f"📏 Budget: {budget}", "menu budget", elsewhere),
        _set_key(f"💤 Snooze: {snooze}", "menu snooze", elsewhere),
        _set_key(f"⚡ Event: {event}", "menu event", elsewhere),
    )
    sessions = tuple(
        _set_key(
            f"{'✅' if one in chat.sessions else '▫️'} {SESSION_NAMES[one]}", f"digest {one.value}", elsewhere
        )
        for one in Session
    )
    last = (
        _set_key("🎨 Pictures", "menu pictures", elsewhere),
        _set_key("Send me a test", "test", elsewhere),
    )
    return rows(clock, amounts, sessions, last)


def choice_keyboard(menu: Menu, elsewhere: str) -> Keyboard:
    """Under a question: the choices without the way back."""
    return rows(*_choices(menu, elsewhere))


def settings_key(elsewhere: str) -> Key | None:
    return key("Settings", f"settings{f' {elsewhere}' if elsewhere else ''}")


def kinds_key(subscription_id: int, symbol: str, elsewhere: str) -> Key | None:
    return key(f"Kinds {pair_name(symbol)}", f"kinds {subscription_id}{_tail(elsewhere)}")


def kinds_keyboard(subscription_id: int, rules: RuleSet, elsewhere: str) -> Keyboard:
    keys = [
        key(
            f"{MARKS[rules.loudness_of(kind)]} {name}",
            f"kind {subscription_id} {kind.value}{_tail(elsewhere)}",
        )
        for kind, (name, _) in KINDS.items()
    ]
    return rows(*in_rows(keys, 2))


def _set_key(text: str, what: str, elsewhere: str) -> Key | None:
    return key(text, f"set {what}{_tail(elsewhere)}")


def _tail(elsewhere: str) -> str:
    return f" {elsewhere}" if elsewhere else ""
