"""The map as it was at past moments, out of the venues' ledgers.

A moment is known to the candle within the last day, to the hour within 35 days, to the quarter of a day
before that. Shares of leverage and holders are believed as they are now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.book import laid_outward
from bot.liquidation.data_quality import KEPT_MS
from bot.liquidation.habits import lump_base
from bot.liquidation.hourly_range import range_before
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import (
    DISTANCE_BIN,
    DISTANCE_BINS,
    LEVERAGE_BANDS,
    LiquidationMap,
    VenueMap,
)
from bot.liquidation.pair_model import PairModel
from bot.liquidation.recall import END, Frame, Recalled, recalled, recalled_since
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

IN_SIGHT = DISTANCE_BINS + 2  # bins on either side of a price that its map may have something of


@dataclass(frozen=True)
class PastProfile:
    """All venues of a map at a moment, by log-distance from the price then."""

    stamp_ms: int
    price: float
    profile: Floats  # (2 sides, DISTANCE_BINS), base coin


class BeforeKnown(Exception):
    """Nothing is known of a moment; the first that is known is `since_ms`, 0 where none is."""

    def __init__(self, since_ms: int) -> None:
        super().__init__(since_ms)
        self.since_ms = since_ms


def maps_as_of(
    model: PairModel,
    stamps_ms: Sequence[int],
    venues: Iterable[str] | None = None,
    window_ms: int | None = None,
    window: str = "all",
) -> tuple[LiquidationMap, ...]:
    """The pair's map at ascending moments, each venue outward from its close then, the reference price their
    median.

    `window_ms` before each moment is as far back as counts; None for everything that was open. `missing` are
    the venues asked for that were not there at the first moment. Raises BeforeKnown where that is all.
    """
    asked = tuple(model.inventories) if venues is None else tuple(venues)
    there = {name: model.inventories[name] for name in asked if name in model.inventories}
    known = {name: one for name, one in there.items() if _was_there(one, stamps_ms[0])}
    if not known:
        raise BeforeKnown(min(filter(None, map(known_from_ms, there.values())), default=0))
    missing = tuple(name for name in asked if name not in known)
    by_venue = [_venue_maps(one, stamps_ms, window_ms) for one in known.values()]
    return tuple(_together(model.symbol, window, shares, missing) for shares in zip(*by_venue, strict=True))


def known_from_ms(inventory: Inventory) -> int:
    """The first moment that its ledger tells of, 0 where it tells of none."""
    rows = inventory.state.ledger.rows
    return int(rows[0, END]) if len(rows) else 0


def _was_there(inventory: Inventory, at_ms: int) -> bool:
    """Whether a candle had ended by then, and not too long ago."""
    ended = inventory.state.ledger.column("end_ms")
    at = int(np.searchsorted(ended, at_ms, "right"))
    return at > 0 and at_ms - ended[at - 1] <= KEPT_MS


def _venue_maps(inventory: Inventory, stamps_ms: Sequence[int], window_ms: int | None) -> list[VenueMap]:
    frame = _frame(inventory, stamps_ms)
    past = recalled(inventory, frame)
    masses = [_mass(past, frame, column) for column in range(len(stamps_ms))]
    if window_ms is not None:
        masses = [
            np.minimum(mass, _opened_within(inventory, stamp_ms, window_ms))
            for mass, stamp_ms in zip(masses, stamps_ms, strict=True)
        ]
    return [_share(inventory, past, column, stamps_ms[column], mass) for column, mass in enumerate(masses)]


def _opened_within(inventory: Inventory, stamp_ms: int, window_ms: int) -> Floats:
    frame = _frame(inventory, [stamp_ms])
    return _mass(recalled_since(inventory, frame, stamp_ms - window_ms), frame, 0)


def _frame(inventory: Inventory, stamps_ms: Sequence[int]) -> Frame:
    """All bins that maps at these moments may have something of, by leverage band."""
    ended, close = inventory.state.ledger.column("end_ms"), inventory.state.ledger.column("close")
    last = np.searchsorted(ended, stamps_ms, "right") - 1
    first = int(np.floor(close[last].min())) - IN_SIGHT
    bins = int(np.floor(close[last].max())) + IN_SIGHT - first
    return Frame(np.array(stamps_ms, np.int64), first, bins, inventory.tiers.band, len(LEVERAGE_BANDS))


def _mass(past: Recalled, frame: Frame, column: int) -> Floats:
    """Outward from the close: (2 sides, bands, DISTANCE_BINS). Nothing where no row was played."""
    close = float(past.close[column])
    if np.isnan(close):
        return np.zeros((2, frame.groups, DISTANCE_BINS))
    held = past.quantity[column]
    sides = [laid_outward(held[side], frame.first_bin, side, close, close, DISTANCE_BINS) for side in Side]
    return np.stack(sides)


def _share(inventory: Inventory, past: Recalled, column: int, stamp_ms: int, mass: Floats) -> VenueMap:
    interest = float(past.interest_base[column])
    rows = inventory.state.ledger.rows
    last = int(np.searchsorted(rows[:, END], stamp_ms, "right"))
    return VenueMap(
        venue=inventory.contract.venue,
        market_id=inventory.contract.market_id,
        price=float(np.exp(past.close[column] * DISTANCE_BIN)),
        as_of_ms=int(rows[last - 1, END]),
        open_interest_base=interest,
        hourly_range=range_before(rows[:last]) * DISTANCE_BIN,
        mass=mass,
        lump_base=lump_base(inventory.state.habits, interest),
    )


def _together(
    symbol: str, window: str, shares: Sequence[VenueMap], missing: tuple[str, ...]
) -> LiquidationMap:
    price = float(np.median([share.price for share in shares]))
    return LiquidationMap(symbol, price, window, tuple(shares), missing)
