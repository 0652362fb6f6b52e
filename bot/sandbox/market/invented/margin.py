"""Prices at which an isolated linear position is liquidated, by the venues' formulas and tiers."""

from collections.abc import Sequence

import numpy as np

from bot.sandbox.market.candles import Floats
from bot.sandbox.market.listing import Listing

OKX_CLOSING_FEE = 0.0005  # OKX holds the fee of the forced order back from margin


class MarginTables:
    """The tiers of many contracts as arrays, one row a contract.

    Positions come as arrays of shape (contract, side, position), side 0 long and 1 short.
    """

    def __init__(self, listings: Sequence[Listing]) -> None:
        most = max(len(one.tiers) for one in listings)
        self._caps = _table(most, [[t.notional_cap for t in one.tiers[:-1]] for one in listings], np.inf)
        self._leverage = _table(most, [[t.max_leverage for t in one.tiers] for one in listings], 1.0)
        self._rates = _table(most, [[t.maintenance_rate for t in one.tiers] for one in listings], 0.5)
        self._deductions = _table(most, [_let_off(one) for one in listings], 0.0)
        self._by_entry = np.array([one.venue == "okx" for one in listings])[:, None, None]
        fees = [OKX_CLOSING_FEE if one.venue == "okx" else 0.0 for one in listings]
        self._fee = np.array(fees)[:, None, None]
        self._row = np.arange(len(listings))[:, None, None]
        self._toward = np.array([-1.0, 1.0])[None, :, None]

    def tier(self, notional: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        return np.asarray((notional[..., None] > self._caps[:, None, None, :]).sum(-1))

    def allowed(self, leverage: Floats, notional: Floats) -> Floats:
        """The leverage asked for, cut to what the tier permits."""
        return np.minimum(leverage, self._leverage[self._row, self.tier(notional)])

    def bankruptcy(self, entry: Floats, leverage: Floats) -> Floats:
        """Where nothing of the margin is left."""
        return np.asarray(entry * (1 + self._toward / leverage))

    def liquidation(self, entry: Floats, leverage: Floats, quantity: Floats) -> Floats:
        """Where margin no longer covers maintenance.

        The tier is that of the notional at that price; OKX's go by contracts, whatever the price.
        """
        broke = self.bankruptcy(entry, leverage)
        tier = self.tier(np.where(self._by_entry, entry, np.abs(broke)) * quantity)
        rate = self._rates[self._row, tier] + self._fee
        let_off = self._deductions[self._row, tier] / np.maximum(quantity, 1e-12)
        return np.asarray((broke + self._toward * let_off) / (1 + self._toward * rate))


def _let_off(listing: Listing) -> list[float]:
    """OKX applies a tier's rate to the whole position; the others let the lower tiers' part off."""
    return [0.0] * len(listing.tiers) if listing.venue == "okx" else list(listing.deductions)


def _table(width: int, rows: list[list[float]], filling: float) -> Floats:
    return np.array([row + [filling] * (width - len(row)) for row in rows])
