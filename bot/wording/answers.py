"""Answers to subscribing, scheduling and switching off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Zone
from bot.rules.rule_set import RuleSet
from bot.wording.escape import escaped
from bot.wording.expiry_text import expiry_lines
from bot.wording.numbers import (
    age_text,
    percent_text,
    price_text,
    range_text,
)
from bot.wording.pair import pair_name, window_text
from bot.wording.rules_text import bands_text, heard_text, numbers_text, terms
from bot.wording.schedule_text import every_text
from bot.wording.sides import WORDS


def subscribed(
    symbol: str,
    rules: RuleSet,
    where: str,
    old: RuleSet | None,
    hourly_range: float | None = None,
    budget: int | None = None,
) -> str:
    """`where` is empty for the chat it is said in, else a channel's name; `budget` is the chat's own."""
    place = f" in {escaped(where)}" if where else ""
    numbers = numbers_text(rules, hourly_range, budget)
    if old is not None:
        changed = f"changed from {terms(old)} to <b>{terms(rules)}</b>."
        return f"🔔 {pair_name(symbol)}{place}: {changed}\nNow {numbers}."
    told = f"one alert{place} each time price comes near a zone"
    return f"🔔 <b>{pair_name(symbol)}</b>: {told}.\nPreset {numbers}.\n{heard_text(rules)}"


def nearest_zones(shown: Snapshot, rules: RuleSet) -> str:
    """Where price stands and which zones the rules look at; says so where price is near one already."""
    price = shown.found.price
    eligible = [zone for zone in shown.zones if rules.wants(zone) and not zone.passed(price)]
    eligible.sort(key=lambda zone: abs(zone.distance(price)))
    ends = [f"{line}: the alert ends with it." for line in expiry_lines(shown.found, shown.now_ms)]
    lines = [*ends, f"Price {price_text(price, shown.tick_size)}."]
    if not eligible:
        lines[-1] += f" No zone is {bands_text(rules)} now; one may grow."
    lines += [_zone_line(zone, shown, rules) for zone in eligible[:3]]
    return "\n".join(lines)


def _zone_line(zone: Zone, shown: Snapshot, rules: RuleSet) -> str:
    price = shown.found.price
    words = WORDS[zone.side]
    stretch = range_text(zone.low, zone.high, shown.tick_size)
    name = f"{words.mark} {escaped(zone.id)} {stretch} ({words.plural}, {zone.band.word})"
    distance = zone.distance(price)
    if abs(distance) > rules.reach.of(shown.found.hourly_range):
        return f"{name}: {percent_text(distance)} {words.where}"
    near = (
        "price is inside it"
        if zone.contains(price)
        else f"already within, {percent_text(distance)} {words.where}"
    )
    return f"{name}: {near}, so you hear of it the next time price comes from outside"


def waiting_for_data(symbol: str) -> str:
    return f"{pair_name(symbol)} has no map at the moment; alerts begin as soon as it has."


def unsubscribed(symbol: str, where: str = "") -> str:
    place = f" in {escaped(where)}" if where else ""
    return f"🔕 No more alerts on {pair_name(symbol)}{place}."


def unsubscribed_all(count: int) -> str:
    return f"🔕 All {count} alerts of this chat are off." if count else nothing_on()


def nothing_on() -> str:
    return "No alert and no scheduled map is on in this chat. /subscribe BTC switches an alert on."


def switched_off_already() -> str:
    return "That is off already; nothing has changed."


def scheduled(
    symbol: str, window: str, every_ms: int, first_in_ms: int, where: str = "", *, replaced: bool = False
) -> str:
    place = f" in {escaped(where)}" if where else ""
    shown = "" if window == ALL else f", window {window_text(window)}"
    return (
        f"🗓 A map of <b>{pair_name(symbol)}</b>{shown}, {every_text(every_ms)}{place}, "
        f"the first {age_text(first_in_ms)} from now."
        + (" It replaces the one that was on." if replaced else "")
    )


def unscheduled(symbol: str, where: str = "") -> str:
    place = f" in {escaped(where)}" if where else ""
    return f"🗓 No more scheduled maps of {pair_name(symbol)}{place}."


@dataclass(frozen=True)
class AlertLine:
    symbol: str
    rules: RuleSet


@dataclass(frozen=True)
class ScheduleLine:
    symbol: str
    window: str
    every_ms: int
    next_in_ms: int


def alerts_list(alerts: Sequence[AlertLine], schedules: Sequence[ScheduleLine], where: str = "") -> str:
    """`where` is a channel's name, empty for the chat it is said in."""
    if not alerts and not schedules:
        return nothing_on()
    lines = [f"<b>On in {escaped(where) if where else 'this chat'}</b>"]
    lines += [f"🔔 {pair_name(one.symbol)}: {terms(one.rules)}" for one in alerts]
    lines += [_schedule_line(one) for one in schedules]
    return "\n".join(
        [*lines, "", "Tap to switch off (🔕), or to say how loud each kind is. /settings for the rest."]
    )


def _schedule_line(one: ScheduleLine) -> str:
    window = "" if one.window == ALL else f" {window_text(one.window)}"
    soon = age_text(max(0, one.next_in_ms))
    return f"🗓 {pair_name(one.symbol)}{window} {every_text(one.every_ms)}, next in {soon}"


def choose_channel() -> str:
    return (
        "Choose the channel with the button below. I will ask to become an admin there who may post "
        "messages; you have to be an admin of it yourself."
    )


def channel_linked(title: str, name: str) -> str:
    return (
        f"I can post in <b>{escaped(title)}</b>. Now, here in private:\n"
        f"/schedule BTC every 4h {escaped(name)}\n/subscribe BTC 1.5% {escaped(name)}"
    )


def greeting_in_group(username: str) -> str:
    return (
        "Hello. I draw liquidation maps and warn when price nears a dense zone: /map BTC, /zones BTC. "
        "Admins switch alerts on: /subscribe BTC. "
        f"I read only commands and replies to me (@{escaped(username)})."
    )
