"""Where a position is liquidated: isolated margin, linear and inverse, per venue.

Sources: Binance's liquidation formula with one position and no unrealised profit elsewhere, Bybit's help page
(both with a maintenance deduction), OKX's (no deduction, the closing fee counts). A contract's `closing_fee`
is 0 except on OKX, which therefore also tells which of the two applies.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.side import Side

Floats = NDArray[np.float64]


def maintenance_deductions(contract: Contract) -> tuple[float, ...]:
    """Quote currency subtracted from notional * rate in each tier, so that maintenance margin is continuous.

    c_n = c_{n-1} + floor_n (m_n - m_{n-1}); zero throughout on OKX, whose rate applies to the whole position.
    """
    if contract.closing_fee:
        return (0.0,) * len(contract.tiers)
    found = [0.0]
    for below, tier in zip(contract.tiers, contract.tiers[1:], strict=False):
        found.append(found[-1] + below.notional_cap * (tier.maintenance_rate - below.maintenance_rate))
    return tuple(found)


def bankruptcy_price(contract: Contract, side: Side, entry: float, leverage: float) -> float:
    """The price at which the margin is gone: E(1 -+ 1/L) linear, E / (1 +- 1/L) inverse; inf where never."""
    if contract.inverse:
        rest = 1 - side.sign / leverage
        return entry / rest if rest > 0 else math.inf
    return entry * (1 + side.sign / leverage)


def liquidation_price(
    contract: Contract, side: Side, entry: float, leverage: float, quantity_base: float = 0.0
) -> float:
    """The mark price at which an isolated position is taken over; inf for an inverse short that never is.

    The tier is that of the notional AT the liquidation price, found by iteration from the entry's. Quantity 0
    means the first tier. Raises ValueError unless entry and leverage are positive and leverage is at least 1.
    """
    if not (entry > 0 and leverage >= 1 and quantity_base >= 0):
        raise ValueError(f"no liquidation price for entry {entry}, leverage {leverage}, size {quantity_base}")
    price, seen = entry, set[int]()
    deductions = maintenance_deductions(contract)
    while (row := _tier_row(contract, quantity_base * price)) not in seen:
        seen.add(row)
        price = _price_in_tier(
            contract, side, entry, leverage, quantity_base, contract.tiers[row], deductions[row]
        )
        if math.isinf(price):
            break
    return price


def level_distance(contract: Contract, side: Side, leverage: Floats) -> Floats:
    """Log-distance from entry to liquidation, first tier, >= 0; shape (n,) -> (n,).

    A leverage whose initial margin does not exceed the maintenance margin has distance 0.
    """
    rate = contract.first_maintenance_rate + contract.closing_fee
    sign = side.sign
    if contract.inverse:
        ratio = (1 - sign * rate) / np.maximum(1 - sign / leverage, 1e-9)
    else:
        ratio = np.maximum(1 + sign / leverage, 1e-9) / (1 + sign * rate)
    return np.asarray(np.maximum(sign * np.log(ratio), 0.0))


def _tier_row(contract: Contract, notional: float) -> int:
    caps = [tier.notional_cap for tier in contract.tiers]
    return min(int(np.searchsorted(caps, notional, "left")), len(caps) - 1)


def _price_in_tier(
    contract: Contract, side: Side, entry: float, leverage: float, size: float, tier: Tier, deduction: float
) -> float:
    """One application of the formula. With a size of 0 the deduction per unit vanishes."""
    rate, sign = tier.maintenance_rate + contract.closing_fee, side.sign
    margin = 1 / leverage + (deduction / (size * entry) if size else 0.0)
    if contract.inverse:
        rest = 1 - sign * margin
        return entry * (1 - sign * rate) / rest if rest > 0 else math.inf
    return entry * (1 + sign * margin) / (1 + sign * rate)
