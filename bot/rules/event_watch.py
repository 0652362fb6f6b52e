"""A denser watch for the hours around an event: `/event 4h`."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.zone import Band
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Terms

REACH_FACTOR = 2.0
BANDS_LOWER = 1
COOLDOWN_FACTOR = 0.5
PERCENTILES_LOWER = 25.0  # as much as a band is


def is_on(terms: Terms, now_ms: int) -> bool:
    return now_ms < terms.event_until_ms


def denser(rules: RuleSet) -> RuleSet:
    """From farther away, smaller zones too, and sooner again; the budget is left out by `gate`."""
    reach = rules.reach
    return replace(
        rules,
        reach=Reach(_doubled(reach.percent), _doubled(reach.atr)),
        band=Band(max(Band.LOW, rules.band - BANDS_LOWER)),
        least_percentile=max(0.0, rules.least_percentile - PERCENTILES_LOWER),
        cooldown_ms=round(rules.cooldown_ms * COOLDOWN_FACTOR),
    )


def _doubled(distance: float | None) -> float | None:
    return None if distance is None else distance * REACH_FACTOR
