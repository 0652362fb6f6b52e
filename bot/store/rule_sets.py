"""A rule set as JSON and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.liquidation.zone import Band
from bot.rules.kinds import Loudness
from bot.rules.rule_set import Reach, RuleSet


def rules_to_json(rules: RuleSet) -> dict[str, Any]:
    flat = asdict(rules)
    reach = flat.pop("reach")
    return {**flat, **reach, "loudness": [one.value for one in rules.loudness]}


def rules_from_json(stored: dict[str, Any]) -> RuleSet:
    fields = dict(stored)
    reach = Reach(fields.pop("percent"), fields.pop("atr"))
    band, top_band = Band(fields.pop("band")), Band(fields.pop("top_band"))
    loudness = tuple(Loudness(one) for one in fields.pop("loudness"))
    return RuleSet(reach=reach, band=band, top_band=top_band, loudness=loudness, **fields)
