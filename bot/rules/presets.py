"""Presets: what most people want, with their numbers printed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.liquidation.zone import Band
from bot.rules.rule_set import HOUR_MS, Reach, RuleSet

SCALPER = RuleSet("scalper", Reach(atr=0.75), Band.MEDIUM, cooldown_ms=HOUR_MS, budget=24)
DAY = RuleSet("day", Reach(atr=1.5), Band.HIGH, cooldown_ms=4 * HOUR_MS, budget=8)
SWING = RuleSet("swing", Reach(atr=4.0), Band.EXTREME, cooldown_ms=24 * HOUR_MS, budget=3)
PRESETS: Mapping[str, RuleSet] = {one.preset: one for one in (SCALPER, DAY, SWING)}
