"""What a chat is told when a contract it had something on has expired, and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.windows import ALL
from bot.rules.rule_set import RuleSet
from bot.wording.buttons import Key, Keyboard, key, rows, schedule_line, subscribe_line
from bot.wording.numbers import stamp_text
from bot.wording.pair import base_of, pair_name, window_text
from bot.wording.rules_text import terms
from bot.wording.schedule_text import every_text


@dataclass(frozen=True)
class Ended:
    """What one chat had on a contract that has expired; None for what it had not."""

    symbol: str
    expired_ms: int
    alert: RuleSet | None
    schedule: tuple[str, int] | None  # window, interval in ms
    successors: tuple[str, ...]  # symbols to go on with, the likeliest first


def retired(ended: Sequence[Ended], private: bool) -> str:
    """One message for all that ended in a chat at once."""
    blocks = [_retired_one(one) for one in ended]
    if any(one.successors for one in ended):
        offer = "Tap to go on with the same settings"
        blocks.append(f"{offer}." if private else f"{offer} (admins only).")
    return "\n\n".join(blocks)


def _retired_one(one: Ended) -> str:
    begin = f"⌛ <b>{pair_name(one.symbol)}</b> expired on {stamp_text(one.expired_ms)}"
    settled = "what was still open in it was settled, not liquidated"
    lines = [f"{begin}: {settled}.", f"Off now: {' and '.join(_had(one))}."]
    if not one.successors:
        lines.append(f"No other contract of {base_of(one.symbol)} is listed now.")
    return "\n".join(lines)


def _had(one: Ended) -> list[str]:
    had = [f"its alert ({terms(one.alert)})"] if one.alert else []
    if one.schedule:
        window, every_ms = one.schedule
        shown = "" if window == ALL else f"{window_text(window)}, "
        had.append(f"its scheduled map ({shown}{every_text(every_ms)})")
    return had


def roll_keyboard(ended: Sequence[Ended]) -> Keyboard:
    """For each alert and each schedule a row of contracts to go on with."""
    return rows(*(row for one in ended for row in (_alert_keys(one), _schedule_keys(one))))


def _alert_keys(one: Ended) -> tuple[Key | None, ...]:
    if one.alert is None:
        return ()
    return tuple(key(f"🔔 {pair_name(to)}", subscribe_line(to, one.alert)) for to in one.successors)


def _schedule_keys(one: Ended) -> tuple[Key | None, ...]:
    if one.schedule is None:
        return ()
    window, every_ms = one.schedule
    return tuple(key(f"🗓 {pair_name(to)}", schedule_line(to, window, every_ms)) for to in one.successors)
