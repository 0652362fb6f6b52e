"""Prices at which an isolated position is liquidated, by the venues' formulas and tiers.

An inverse contract is a linear one of the reciprocal price with its sides exchanged: its size is quote
currency, its margin coins. All is computed as for linear contracts, and turned back.
"""

from collections.abc import Iterable, Sequence

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
        self._by_entry = _marked(one.venue == "okx" for one in listings)
        self._fee = np.where(self._by_entry, OKX_CLOSING_FEE, 0.0)
        self._inverse = _marked(one.inverse for one in listings)
        self._as_counted = _marked(one.inverse and not one.caps_in_base for one in listings)
        self._row = np.arange(len(listings))[:, None, None]
        self._toward = np.where(self._inverse, [[[1.0], [-1.0]]], [[[-1.0], [1.0]]])

    def tier(self, notional: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        return np.asarray((notional[..., None] > self._caps[:, None, None, :]).sum(-1))

    def allowed(self, leverage: Floats, notional: Floats) -> Floats:
        """The leverage asked for, cut to what the tier permits; sizes in the unit of the tiers' caps."""
        return np.minimum(leverage, self._leverage[self._row, self.tier(notional)])

    def ends(self, entry: Floats, leverage: Floats, quantity: Floats) -> tuple[Floats, Floats]:
        """(liquidation, bankruptcy): where margin no longer covers maintenance, and where nothing is left.

        Leverage is cut to what is permitted; infinite is what is never reached. The tier is that of the
        notional at that price; OKX's go by contracts, whatever the price.
        """
        opened = self._turned(entry)
        leverage = self.allowed(leverage, self._sized(opened, quantity))
        broke = opened * (1 + self._toward / leverage)
        tier = self.tier(self._sized(np.where(self._by_entry, opened, np.abs(broke)), quantity))
        rate = self._rates[self._row, tier] + self._fee
        let_off = self._deductions[self._row, tier] / np.maximum(quantity, 1e-12)
        emptied = (broke + self._toward * let_off) / (1 + self._toward * rate)
        return self._turned(emptied), self._turned(broke)

    def _turned(self, price: Floats) -> Floats:
        """The reciprocal price of inverse contracts, and back."""
        with np.errstate(divide="ignore"):
            return np.divide(1.0, price, out=price.copy(), where=self._inverse)

    def _sized(self, price: Floats, quantity: Floats) -> Floats:
        """Sizes in the unit of the tiers' caps; as they are where an inverse contract caps those."""
        return np.where(self._as_counted, quantity, price * quantity)


def _let_off(listing: Listing) -> list[float]:
    """OKX applies a tier's rate to the whole position; the others let the lower tiers' part off."""
    return [0.0] * len(listing.tiers) if listing.venue == "okx" else list(listing.deductions)


def _marked(contracts: Iterable[bool]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.array(list(contracts))[:, None, None]


def _table(width: int, rows: list[list[float]], filling: float) -> Floats:
    return np.array([row + [filling] * (width - len(row)) for row in rows])
