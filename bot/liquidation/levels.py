"""Where a position is liquidated: isolated margin, linear and inverse, per venue.

A position is taken over at the first price, seen from its entry, at which its equity no longer exceeds the
maintenance margin of the tier it is in there. Binance and Bybit subtract a deduction that makes that margin
continuous over the tiers; OKX subtracts nothing and counts the closing fee. A contract's `closing_fee` is 0
except on OKX, which therefore also tells which of the two applies.

Sizes are what a venue counts: base coin of a linear contract, quote currency of an inverse one. Margin and
deduction are in the settlement coin: quote currency linear, base coin inverse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract
from bot.liquidation.side import Side

Floats = NDArray[np.float64]


class _Stay(NamedTuple):
    """One tier as a position meets it: between which prices it is in there, and what it must keep."""

    low: float
    high: float
    rate: float  # of notional, with the closing fee
    deduction: float  # settlement coin


def maintenance_deductions(contract: Contract) -> tuple[float, ...]:
    """Subtracted from notional * rate in each tier, in the caps' unit: margin is continuous over the tiers.

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


def trigger_of_bankruptcy(contract: Contract, side: Side, price: Floats) -> Floats:
    """The mark price that set off a liquidation whose bankruptcy price a venue published; shape (n,) -> (n,).

    p / (1 -+ m) linear, p (1 +- m) inverse, whatever entry and leverage were, with the first tier's rate. The
    closing fee does not count: what OKX prints already leaves it to the liquidation account.
    """
    kept = 1 + (-side.sign if contract.inverse else side.sign) * contract.first_maintenance_rate
    return price * kept if contract.inverse else price / kept


def liquidation_price(contract: Contract, side: Side, entry: float, leverage: float, size: float) -> float:
    """The mark price at which an isolated position of `size` is taken over.

    0 for a long and inf for a short that never is; the entry where the margin does not cover the maintenance
    margin from the start. Each tier is asked for the first price it is left with too little at, and the one
    nearest to the entry is the answer: exact at a boundary too, where without a deduction the margin jumps
    and a position is taken over as it enters the dearer tier. A size beyond the last cap stays in the last
    tier. Raises ValueError unless entry and size are positive and finite and leverage is at least 1.
    """
    if not (0 < entry < math.inf and 0 < size < math.inf and 1 <= leverage < math.inf):
        raise ValueError(f"no liquidation price for entry {entry}, leverage {leverage}, size {size}")
    found = [0.0 if side is Side.LONG else math.inf]
    for stay in _stays(contract, size):
        price = _emptied_at(contract, side, bankruptcy_price(contract, side, entry, leverage), size, stay)
        if side is Side.LONG and (reached := min(price, stay.high, entry)) > stay.low:
            found.append(reached)
        if side is Side.SHORT and (reached := max(price, stay.low, entry)) <= stay.high:
            found.append(reached)
    return max(found) if side is Side.LONG else min(found)


def level_distance(
    contract: Contract, side: Side, leverage: Floats, maintenance: Floats | None = None
) -> Floats:
    """Log-distance from entry to liquidation, >= 0; shapes (n,), (n,) -> (n,).

    `maintenance` are effective maintenance rates, by default that of a small position.
    A leverage whose initial margin does not exceed the maintenance margin has distance 0; a position that is
    never liquidated one of about 20.
    """
    kept = contract.first_maintenance_rate if maintenance is None else maintenance
    rate = kept + contract.closing_fee
    sign = side.sign
    if contract.inverse:
        ratio = (1 - sign * rate) / np.maximum(1 - sign / leverage, 1e-9)
    else:
        ratio = np.maximum(1 + sign / leverage, 1e-9) / (1 + sign * rate)
    return np.asarray(np.maximum(sign * np.log(ratio), 0.0))


def _stays(contract: Contract, size: float) -> Iterator[_Stay]:
    """The tiers that a position of a size can be in. Where caps and sizes are counted alike that is one tier
    at any price; a deduction is then worth a constant part of the rate."""
    counted_alike = contract.caps_in_base != contract.inverse
    floor = 0.0
    for tier, deduction in zip(contract.tiers, maintenance_deductions(contract), strict=True):
        cap = math.inf if tier is contract.tiers[-1] else tier.notional_cap
        rate = tier.maintenance_rate + contract.closing_fee
        if not counted_alike and contract.inverse:
            yield _Stay(size / cap, size / floor if floor else math.inf, rate, deduction)
        elif not counted_alike:
            yield _Stay(floor / size, cap / size, rate, deduction)
        elif floor < size <= cap:
            yield _Stay(0.0, math.inf, rate - deduction / size, 0.0)
        floor = cap


def _emptied_at(contract: Contract, side: Side, bankruptcy: float, size: float, stay: _Stay) -> float:
    """Where equity, counted from the bankruptcy price, equals the maintenance margin of one tier.

    Linear: q (p - b) = q p m - c for a long, q (b - p) = q p m - c for a short. Inverse: with 1/p for p, the
    sides exchanged.
    """
    sign = side.sign
    if contract.inverse:
        rest = 1 / bankruptcy - sign * stay.deduction / size
        return (1 - sign * stay.rate) / rest if rest > 0 else math.inf
    return (bankruptcy + sign * stay.deduction / size) / (1 + sign * stay.rate)
