"""A chat's settings, all in one message."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.language import Language
from bot.look import Look
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import RuleSet
from bot.rules.sessions import Session, next_opening_ms
from bot.wording.escape import escaped
from bot.wording.local_time import hours_text, local_text, short_local_text, zone_text
from bot.wording.look_text import pictures_text
from bot.wording.pair import pair_name
from bot.wording.rules_text import terms

SESSION_NAMES = {Session.ASIA: "Asia", Session.LONDON: "London", Session.NEW_YORK: "New York"}
MOST_NAMED = 6
RECAP = "What is held comes in the recap, with how it ended."


@dataclass(frozen=True)
class Standing:
    """How a chat is told, for its settings; times are market time."""

    zone: str
    quiet: QuietHours | None
    budget: int | None
    snoozed_until_ms: int
    event_until_ms: int
    sessions: tuple[Session, ...]
    alerts: tuple[tuple[str, RuleSet, int], ...]  # symbol, rules, snoozed until
    now_ms: int
    spent: int = 0  # alert messages of the present local day
    where: str = ""  # a channel's name; empty for the chat it is said in
    look: Look = field(default_factory=Look)
    language: Language = Language.ENGLISH


def settings_text(chat: Standing) -> str:
    now = short_local_text(chat.now_ms, chat.now_ms, chat.zone)
    title = f"Settings of {escaped(chat.where)}" if chat.where else "Settings of this chat"
    return "\n".join(
        [
            f"<b>{title}</b>",
            f"🕒 Clock: {zone_text(chat.zone)}, it is {now} there",
            f"🌙 Quiet hours: {_quiet_text(chat)}",
            f"💤 Snooze: {_until_text(chat.snoozed_until_ms, chat)}",
            f"📏 Budget: {_budget_text(chat)}",
            f"⚡ Event watch: {_until_text(chat.event_until_ms, chat)}",
            f"🗞 Digests: {_digests_text(chat)}",
            f"🎨 Pictures: {pictures_text(chat.look, chat.language)}",
            *_alert_lines(chat),
            "",
            f"{RECAP} Test alerts and scheduled maps come at any time.",
        ]
    )


def _quiet_text(chat: Standing) -> str:
    if chat.quiet is None:
        return "none"
    now = ", now" if chat.quiet.cover(chat.now_ms, ZoneInfo(chat.zone)) else ""
    return f"{hours_text(chat.quiet)}{now}"


def _until_text(until_ms: int, chat: Standing) -> str:
    return f"until {local_text(until_ms, chat.now_ms, chat.zone)}" if until_ms > chat.now_ms else "off"


def _budget_text(chat: Standing) -> str:
    own = "as each alert says" if chat.budget is None else f"{chat.budget} a day, all pairs together"
    return f"{own}; {chat.spent} told today"


def _digests_text(chat: Standing) -> str:
    if not chat.sessions:
        return "none"
    opening = [(next_opening_ms(one, chat.now_ms), one) for one in chat.sessions]
    at_ms, first = min(opening)
    named = ", ".join(SESSION_NAMES[one] for one in chat.sessions)
    return f"{named}; next {SESSION_NAMES[first]}, {short_local_text(at_ms, chat.now_ms, chat.zone)}"


def _alert_lines(chat: Standing) -> list[str]:
    if not chat.alerts:
        return ["🔔 Alerts: none. /subscribe BTC switches one on."]
    lines = [
        f"🔔 {pair_name(symbol)}: {terms(rules)}{_snoozed_text(until_ms, chat)}"
        for symbol, rules, until_ms in chat.alerts[:MOST_NAMED]
    ]
    more = len(chat.alerts) - MOST_NAMED
    return [*lines, f"… and {more} more, see /alerts"] if more > 0 else lines


def _snoozed_text(until_ms: int, chat: Standing) -> str:
    return (
        f" · snoozed until {local_text(until_ms, chat.now_ms, chat.zone)}" if until_ms > chat.now_ms else ""
    )
