"""Answers to what a chat sets of how it is told: snooze, quiet hours, clock, budget, event, digests."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import event_watch
from bot.rules.quiet_hours import QuietHours
from bot.rules.rule_set import RuleSet
from bot.rules.sessions import Session, next_opening_ms
from bot.wording.escape import escaped
from bot.wording.local_time import clock_name, hours_text, local_text, short_local_text, zone_text
from bot.wording.numbers import age_text
from bot.wording.pair import pair_name
from bot.wording.rules_text import bands_text, reach_text
from bot.wording.settings_text import MOST_NAMED, RECAP, SESSION_NAMES


def snoozed(symbols: Sequence[str], until_ms: int, now_ms: int, zone: str, where: str = "") -> str:
    what = f"Alerts on {_names(symbols)}" if symbols else "All alerts"
    until = f"{local_text(until_ms, now_ms, zone)} ({age_text(until_ms - now_ms)})"
    return f"💤 {what}{_place(where)} are snoozed until {until}. {RECAP} /snooze off ends it."


def snooze_ended(symbols: Sequence[str], where: str = "") -> str:
    what = f"on {_names(symbols)}" if symbols else "of every pair"
    return f"🔔 No snooze any more: alerts {what}{_place(where)} come again."


def snooze_question() -> str:
    return "For how long? For example /snooze 2h, /snooze BTC 2h, or tap one below."


def span_out_of_range(shortest_ms: int, longest_ms: int) -> str:
    return f"That can be from {age_text(shortest_ms)} to {age_text(longest_ms)}."


def span_without_unit(typed: str) -> str:
    return f"“{escaped(typed)}” needs a unit: 30m, 2h or 1d."


def quiet_set(quiet: QuietHours | None, now_ms: int, zone: str, where: str = "") -> str:
    if quiet is None:
        return f"🌙 No quiet hours{_place(where)} any more."
    return (
        f"🌙 Quiet{_place(where)} from {hours_text(quiet).replace('–', ' to ')}, {clock_name(zone)} "
        f"(it is {short_local_text(now_ms, now_ms, zone)} there). {RECAP}"
    )


def hours_question(typed: str = "") -> str:
    begin = f"I could not read “{escaped(typed)}” as hours. " if typed else ""
    return f"{begin}Which hours? For example /hours 23-7, /hours 22:30-6:15 Europe/Berlin, or /hours off."


def zone_set(zone: str, now_ms: int, where: str = "") -> str:
    now = short_local_text(now_ms, now_ms, zone)
    return (
        f"🕒 The clock{_place(where)} is that of {zone_text(zone)}: it is {now}. "
        "Quiet hours and days of the budget go by it, summer time included."
    )


def zone_question() -> str:
    examples = "/timezone Berlin or /timezone UTC+3"
    return f"Which time zone? A city or an offset, for example {examples}, or tap one below."


def zone_unknown(typed: str, near: Sequence[str]) -> str:
    said = f"I know no time zone “{escaped(typed)}”."
    if near:
        return f"{said} Did you mean {' or '.join(escaped(one) for one in near)}?"
    return f"{said} A large city near you works, or an offset such as UTC+3."


def budget_set(budget: int | None, zone: str, alerts: Sequence[tuple[str, RuleSet]], where: str = "") -> str:
    if budget is None:
        own = ", ".join(f"{pair_name(symbol)} {rules.budget}" for symbol, rules in alerts[:MOST_NAMED])
        each = f": {own} a day" if own else ""
        return f"📏 No budget{_place(where)} of the chat's own. Each alert has its own{each}."
    return (
        f"📏 At most {_alert_messages(budget)} a day{_place(where)}, all pairs together; the day is that of "
        f"{zone_text(zone)}. {RECAP}"
    )


def _alert_messages(count: int) -> str:
    return f"{count} alert message{'' if count == 1 else 's'}"


def budget_question(typed: str = "") -> str:
    begin = f"“{escaped(typed)}” is no budget. " if typed else ""
    return f"{begin}How many alerts a day at most, from 1 to 100? For example /budget 5, or /budget off."


def event_set(
    until_ms: int,
    now_ms: int,
    zone: str,
    alerts: Sequence[tuple[str, RuleSet]],
    where: str = "",
    held_until_ms: int = 0,
) -> str:
    """`held_until_ms`: the end of the quiet hours or the snooze that hold now."""
    until = f"{local_text(until_ms, now_ms, zone)} ({age_text(until_ms - now_ms)})"
    lines = [
        f"⚡ Denser watch{_place(where)} until {until}; it ends by itself. "
        f"{event_watch.REACH_FACTOR:g} × the distance, one band lower, {event_watch.COOLDOWN_FACTOR:g} × the "
        "time between two alerts about the same stretch, no daily budget. Quiet hours and snooze still hold."
    ]
    if held_until_ms > now_ms:
        lines.append(f"They do now: nothing is told before {local_text(held_until_ms, now_ms, zone)}.")
    lines += [_denser_line(symbol, rules) for symbol, rules in alerts[:MOST_NAMED]]
    if not alerts:
        lines.append("No alert is on here yet: /subscribe BTC switches one on.")
    return "\n".join(lines)


def _denser_line(symbol: str, rules: RuleSet) -> str:
    now = event_watch.denser(rules)
    return (
        f"{pair_name(symbol)}: {reach_text(now.reach)} instead of {reach_text(rules.reach)}, "
        f"{bands_text(now)}, again after {age_text(now.cooldown_ms)} instead of {age_text(rules.cooldown_ms)}"
    )


def event_ended(where: str = "") -> str:
    return f"⚡ The denser watch{_place(where)} is off; alerts are as they were."


def event_question() -> str:
    return "For how long? For example /event 4h, from 15 min to 24 h, or /event off."


def digests_set(sessions: Sequence[Session], now_ms: int, zone: str, where: str = "") -> str:
    if not sessions:
        return f"🗞 No session digests{_place(where)} any more."
    lines = [f"🗞 A digest{_place(where)} when these sessions open, Monday to Friday:"]
    lines += [_opening_line(one, now_ms, zone) for one in sessions]
    last = "It lists the pairs that are subscribed here; in quiet hours it makes no sound."
    return "\n".join([*lines, last])


def session_turned(session: Session, *, is_on: bool) -> str:
    return f"🗞 {SESSION_NAMES[session]}: {'a digest when it opens' if is_on else 'no digest'}"


def _opening_line(session: Session, now_ms: int, zone: str) -> str:
    at_ms = next_opening_ms(session, now_ms)
    return (
        f"{SESSION_NAMES[session]}: {session.opens_at:%H:%M} in {zone_text(session.zone)}, next "
        f"{local_text(at_ms, now_ms, zone)}"
    )


def digest_question(typed: Sequence[str] = ()) -> str:
    begin = f"I know no session “{escaped(' '.join(typed))}”. " if typed else ""
    examples = "/digest asia london, /digest all or /digest off"
    return f"{begin}Which sessions: asia, london, ny? For example {examples}."


def no_alert_on(symbol: str) -> str:
    return f"{pair_name(symbol)} is not being watched here, so there is nothing to snooze."


def _names(symbols: Sequence[str]) -> str:
    return ", ".join(pair_name(symbol) for symbol in symbols)


def _place(where: str) -> str:
    return f" in {escaped(where)}" if where else ""
