"""Contracts with margin tables of any shape, and a position's margin counted without a formula for prices."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import strategies as st

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.side import Side


@dataclass(frozen=True)
class Position:
    contract: Contract
    side: Side
    entry: float
    leverage: float
    size: float  # base coin linear, quote currency inverse


@st.composite
def tables(draw: st.DrawFn, first_cap: float = 50_000.0) -> tuple[Tier, ...]:
    """Up to five tiers; each one's initial margin is 1.6 to 2.5 times its maintenance margin."""
    cap, rate, tiers = first_cap, draw(st.floats(0.003, 0.03)), []
    leverage = 1e9
    for _ in range(draw(st.integers(1, 5))):
        leverage = min(leverage, max(1.0, 1 / (rate * draw(st.floats(1.6, 2.5)))))
        tiers.append(Tier(cap, leverage, rate))
        cap *= draw(st.floats(1.2, 12.0))
        rate = min(rate * draw(st.floats(1.0, 3.0)), 0.4)
    return tuple(tiers)


@st.composite
def contracts(draw: st.DrawFn, inverse: bool | None = None, deduction: bool | None = None) -> Contract:
    """Venues that deduct and venues that count a fee, with caps in either unit."""
    is_inverse = draw(st.booleans()) if inverse is None else inverse
    deducts = draw(st.booleans()) if deduction is None else deduction
    in_base = draw(st.booleans())
    return Contract(
        venue="bybit" if deducts else "okx",
        market_id="BTC",
        symbol="BTC/USD:BTC" if is_inverse else "BTC/USDT:USDT",
        tick_size=0.1,
        tiers=draw(tables(1.0 if in_base else 50_000.0)),
        inverse=is_inverse,
        closing_fee=0.0 if deducts else 0.0005,
        caps_in_base=in_base,
    )


@st.composite
def positions(draw: st.DrawFn, contract: st.SearchStrategy[Contract] | None = None) -> Position:
    """Positions that a venue would admit: any size within the table, leverage below its tier's maximum."""
    market = draw(contract if contract is not None else contracts())
    entry = draw(st.floats(10_000.0, 90_000.0))
    counted = draw(st.floats(1e-4, 1.2)) * draw(st.sampled_from([tier.notional_cap for tier in market.tiers]))
    tier = market.tiers[row_of(market, counted)]
    leverage = draw(st.floats(1.0, max(1.0, tier.max_leverage)))
    size = counted if market.caps_in_base is not market.inverse else _in_other_unit(market, counted, entry)
    return Position(market, draw(st.sampled_from(list(Side))), entry, leverage, size)


def _in_other_unit(market: Contract, counted: float, price: float) -> float:
    return counted * price if market.inverse else counted / price


def row_of(market: Contract, counted: float) -> int:
    caps = [tier.notional_cap for tier in market.tiers]
    return min(bisect_left(caps, counted), len(caps) - 1)


def equity(position: Position, price: float) -> float:
    """Margin and unrealised profit in the settlement coin."""
    market, entry, size = position.contract, position.entry, position.size
    gain = 1 if position.side is Side.LONG else -1
    if market.inverse:
        return size / entry / position.leverage + gain * size * (1 / entry - 1 / price)
    return size * entry / position.leverage + gain * size * (price - entry)


def required(position: Position, price: float) -> float:
    """Maintenance margin at a price in the settlement coin, from the table's words alone.

    With a deduction each slice of the position pays the rate of the tier it lies in, like an income tax; on
    OKX the whole position pays that of its tier, and the fee.
    """
    market = position.contract
    value = position.size / price if market.inverse else position.size * price
    counted = position.size
    if market.caps_in_base is market.inverse:
        counted = value
    if market.closing_fee:
        return value * (market.tiers[row_of(market, counted)].maintenance_rate + market.closing_fee)
    return value / counted * _sliced(market.tiers, counted)


def _sliced(tiers: tuple[Tier, ...], counted: float) -> float:
    ends = [*(tier.notional_cap for tier in tiers[:-1]), float("inf")]
    slices = [min(end, counted) - min(floor, counted) for floor, end in pairwise([0.0, *ends])]
    return sum(part * tier.maintenance_rate for part, tier in zip(slices, tiers, strict=True))


def mirrored(position: Position) -> Position:
    """The linear position that an inverse one is, seen in 1/price: the other side of it."""
    linear = replace(position.contract, inverse=False, caps_in_base=not position.contract.caps_in_base)
    other = Side.SHORT if position.side is Side.LONG else Side.LONG
    return Position(linear, other, 1 / position.entry, position.leverage, position.size)
