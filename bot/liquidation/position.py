"""Questions about one position, answered from the map: pure, and nothing of it is kept.

Prices are quote currency, quantities base coin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.liquidation.contract import Contract
from bot.liquidation.levels import liquidation_price
from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.liquidation.zones import SMOOTHING_U, smooth

SMALL = 0.01  # of the first tier's cap: in the first tier at any price worth asking for
BEHIND_U = 1.0  # how far behind a zone a quiet price is looked for, in hourly ranges


@dataclass(frozen=True)
class Position:
    side: Side
    entry: float
    leverage: float | None = None
    stop: float | None = None

    def is_losing(self, price: float) -> bool:
        """Whether the position loses when it is closed at this price."""
        return (price - self.entry) * self.side.sign > 0

    def away(self, price: float) -> float:
        """Signed fraction of the entry."""
        return price / self.entry - 1


@dataclass(frozen=True)
class Risk:
    """What somebody is ready to lose: an amount of quote currency, a share of an account, or both."""

    amount: float | None
    share: float | None = None

    def size(self, entry: float, stop: float) -> float | None:
        """Base coin that loses the amount between entry and stop, before fees; None without an amount.

        Of an inverse contract too, where the loss is valued at the stop.
        """
        return None if self.amount is None else self.amount / abs(entry - stop)

    def multiple(self, entry: float, stop: float) -> float | None:
        """Notional as a multiple of the account; None without a share."""
        return None if self.share is None else self.share / abs(stop / entry - 1)


@dataclass(frozen=True)
class Quiet:
    """The quietest price behind a zone."""

    zone: Zone
    price: float


def liquidations(contracts: Mapping[str, Contract], position: Position) -> dict[str, float | None]:
    """By venue, the liquidation price of an isolated position in the first tier, before fees and funding.

    None where the venue does not offer the leverage; 0 for a long and inf for a short that no price reaches.
    Raises ValueError for a position without leverage, or with one below 1.
    """
    if position.leverage is None:
        raise ValueError("a position without leverage has no liquidation price")
    side, entry, leverage = position.side, position.entry, position.leverage
    return {
        venue: liquidation_price(contract, side, entry, leverage, small_size(contract, entry))
        if leverage <= contract.max_leverage
        else None
        for venue, contract in contracts.items()
    }


def small_size(contract: Contract, entry: float) -> float:
    """A size well inside the first tier, as the venue counts it: base coin, or quote currency if inverse."""
    cap = SMALL * contract.tiers[0].notional_cap
    if contract.caps_in_base == (not contract.inverse):
        return cap
    return cap * entry if contract.inverse else cap / entry


def forced_between(found: LiquidationMap, side: Side, first: float, second: float) -> float:
    """Base coin of a side that would be force-closed as price goes through what lies between two prices."""
    return abs(found.mass_to(side, first) - found.mass_to(side, second))


def zones_between(zones: Sequence[Zone], side: Side, first: float, second: float) -> tuple[Zone, ...]:
    """Zones of a side that reach into the stretch between two prices, outward."""
    low, high = sorted((first, second))
    there = [zone for zone in zones if zone.side is side and zone.high > low and zone.low < high]
    return tuple(sorted(there, key=lambda zone: side.sign * zone.near_edge))


def quiet_behind(found: LiquidationMap, zones: Sequence[Zone], position: Position) -> Quiet | None:
    """Where few forced orders are estimated behind the nearest zone on the losing side.

    The thinnest place within an hourly range behind that zone, before the next one begins. None where no zone
    lies on that side, or the map ends before.
    """
    side = position.side
    behind = [zone for zone in zones if zone.side is side and position.is_losing(zone.far_edge)]
    behind.sort(key=lambda zone: side.sign * zone.near_edge)
    if not behind:
        return None
    nearest, *others = behind
    end = _distance(found, side, nearest.far_edge) + BEHIND_U * found.hourly_range
    edges = (_distance(found, side, zone.near_edge) for zone in others)
    price = _thinnest(found, side, _distance(found, side, nearest.far_edge), min([end, *edges]))
    return None if price is None else Quiet(nearest, price)


def targets(zones: Sequence[Zone], position: Position) -> tuple[Zone, ...]:
    """Zones whose near edges lie on the winning side, nearest first: forced orders of the other side."""
    other = Side.SHORT if position.side is Side.LONG else Side.LONG
    ahead = [
        zone for zone in zones if zone.side is other and (zone.near_edge - position.entry) * other.sign > 0
    ]
    return tuple(sorted(ahead, key=lambda zone: other.sign * zone.near_edge))


def _thinnest(found: LiquidationMap, side: Side, begin: float, end: float) -> float | None:
    """The price between two log-distances where the smoothed map is thinnest; None outside the map."""
    first, last = max(0, int(np.ceil(begin / DISTANCE_BIN))), int(np.floor(end / DISTANCE_BIN))
    if first >= DISTANCE_BINS:
        return None
    last = min(max(last, first + 1), DISTANCE_BINS)
    density = smooth(found.profile[side], max(1.0, SMOOTHING_U * found.hourly_range / DISTANCE_BIN))
    return found.price_at(side, (first + int(np.argmin(density[first:last])) + 0.5) * DISTANCE_BIN)


def _distance(found: LiquidationMap, side: Side, price: float) -> float:
    """Log-distance from the map's price to a price on a side; negative on the other."""
    return side.sign * float(np.log(price / found.price))
