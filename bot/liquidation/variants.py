"""Whether a zone would stand out as well had the map believed something else of leverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.liquidation.zones import KNOWN_EASE, SAME, find_zones, overlap


class Variant(StrEnum):
    HALF_LEVERAGE = "half the leverage"
    DOUBLE_LEVERAGE = "double the leverage"
    UNLEARNED = "unlearned"  # nothing was concluded from liquidations


FACTORS = {Variant.HALF_LEVERAGE: 0.5, Variant.DOUBLE_LEVERAGE: 2.0, Variant.UNLEARNED: None}


def shown_under(
    inventories: Mapping[str, Inventory], zone: Zone, found: LiquidationMap
) -> dict[Variant, bool]:
    """By variant, whether the map's venues together would show a zone there.

    Raises KeyError for a venue without an inventory, NoOpenInterest.
    """
    return {variant: _shows(_read_as(variant, inventories, found), zone) for variant in Variant}


def _read_as(variant: Variant, inventories: Mapping[str, Inventory], found: LiquidationMap) -> LiquidationMap:
    factor = FACTORS[variant]
    shares = (
        replace(share, mass=inventories[share.venue].read_believing(factor, share.price))
        for share in found.venues
    )
    return replace(found, venues=tuple(shares))


def _shows(found: LiquidationMap, zone: Zone) -> bool:
    return any(overlap(zone, one) >= SAME for one in find_zones(found, KNOWN_EASE))
