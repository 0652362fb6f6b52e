"""Whether a chat wants to be told anything at this moment."""

from __future__ import annotations

from bot.rules import event_watch
from bot.rules.rule_set import RuleSet
from bot.rules.telling import Hold, Terms


def hold_of(rules: RuleSet, terms: Terms, now_ms: int) -> Hold | None:
    """What holds everything back now; None where nothing does. What the chat asked for last comes first."""
    if now_ms < terms.snoozed_until_ms:
        return Hold.SNOOZE
    if terms.is_quiet:
        return Hold.QUIET_HOURS
    budget = rules.budget if terms.budget is None else terms.budget
    if terms.spent >= budget and not event_watch.is_on(terms, now_ms):
        return Hold.BUDGET
    return None
