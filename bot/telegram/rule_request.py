"""A subscription's rules from what was typed: what a line does not name stays as it was."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.presets import PRESETS
from bot.rules.rule_set import Reach, RuleSet
from bot.telegram.leverage_words import leverage_band_of
from bot.telegram.words import Request


def rules_from(request: Request, known: RuleSet) -> RuleSet:
    """A preset brings all its numbers, and what stands beside it changes them; loudness stays as it was."""
    rules = known
    if request.preset is not None:
        rules = replace(PRESETS[request.preset], loudness=known.loudness)
    if request.distance is not None:
        rules = replace(rules, reach=Reach(percent=request.distance))
    if request.atr is not None:
        rules = replace(rules, reach=Reach(atr=request.atr))
    if request.band is not None and request.top_band is not None:
        rules = replace(rules, band=request.band, top_band=request.top_band)
    if request.leverage is not None:
        rules = replace(rules, leverage_band=leverage_band_of(request.leverage))
    if request.per_day is not None:
        rules = replace(rules, budget=request.per_day)
    return rules
