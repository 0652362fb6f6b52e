"""Inventories and zone books stored by older versions of this program."""

from __future__ import annotations

import numpy as np

from bot.liquidation.checkpoint import Arrays, Facts
from bot.liquidation.hourly_range import no_hours
from bot.liquidation.hourly_values import NONE
from bot.liquidation.pulse import (
    KNOWN_DAYS,
    PAST_HOURS,
    PUBLISHED,
    PUBLISHED_MS,
    SINCE_HIGH,
    SINCE_LOW,
    TRUSTED,
    USUAL_TURNOVER,
    still,
)


def from_version_2(facts: Facts, arrays: Arrays) -> tuple[Facts, Arrays]:
    """Version 2 had learned nothing, believed every published open interest and knew one share for each tier
    and holder together."""
    pulse = still()
    pulse[[PUBLISHED, TRUSTED]] = facts["interest"]
    pulse[PUBLISHED_MS] = facts["as_of_ms"]
    pulse[[SINCE_LOW, SINCE_HIGH]] = facts["range_low"], facts["range_high"]
    pulse[[USUAL_TURNOVER, KNOWN_DAYS]] = facts["usual_turnover"], facts["known_days"]
    pulse[PAST_HOURS] = facts["floor_hours"]
    hours = no_hours()
    if len(arrays["hours"]):
        hours[-len(arrays["hours"]) :] = arrays["hours"]
    upgraded = {**arrays, "pulse": pulse, "hours": hours}
    if "quantity" in arrays:
        upgraded |= _habits(arrays.pop("weight")) | {"noise": np.zeros(1)}
    kept = {name: facts[name] for name in ("as_of_ms", "last_close", "covers_from_ms")}
    judge = {"trusted": facts["interest"]} if "quantity" in arrays else {}
    return {**kept, "first_interest_base": 0.0, "missing_ms": 0, "judge": judge}, upgraded


def from_version_3(facts: Facts, arrays: Arrays) -> tuple[Facts, Arrays]:
    """Version 3 did not note with how much open interest it began."""
    return {**facts, "first_interest_base": 0.0}, arrays


def _habits(weight: np.ndarray) -> Arrays:
    """From shares of tier and holder together, shape (K + 1, holders)."""
    tiers, holders = weight.shape
    return {
        "leverage_share": weight.sum(axis=1),
        "holder_share": weight.sum(axis=0),
        "tier_seen": np.zeros(tiers - 1),
        "tier_due": np.zeros(tiers - 1),
        "holder_seen": np.zeros(holders),
        "holder_due": np.zeros(holders),
        "crossed": np.zeros(2),
        "squared": np.zeros(1),
    }


def zone_book_from_version_1(facts: Facts, arrays: Arrays) -> tuple[Facts, Arrays]:
    """Version 1 told of no events, and remembered nothing of a map but its zones."""
    lives = []
    for row in facts["remembered"]:
        zone = {name: value for name, value in row.items() if name != "seen_ms"}
        lives.append({"zone": zone, "seen_ms": row["seen_ms"], "told": None, "entered": False, "into": ""})
    kept = {name: facts[name] for name in ("next", "as_of_ms")}
    return {**kept, "venues": [], "lives": lives, "swept": []}, {**arrays, "hourly": NONE.copy()}
