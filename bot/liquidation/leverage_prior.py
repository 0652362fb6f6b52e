"""What is believed about leverage before anything was liquidated: spikes, a slab, and those who never are.

Spikes are the round numbers people choose with isolated margin, once as small positions and once as larger
ones, whose margin tier liquidates them earlier; the slab is effective leverage spread smoothly by cross
margin, top-ups and odd choices; the rest is hedged or collateralised so well that no move reaches it.
Holders are of two kinds, fast and slow, because no single closing rate fits both scalpers and investors.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract
from bot.liquidation.levels import level_distance, maintenance_deductions
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPIKES = (125.0, 100.0, 75.0, 50.0, 25.0, 20.0, 10.0, 5.0, 3.0)
LARGER_SHARE = 0.4  # of each spike: positions that reach into the second margin tier
SLAB_FROM, SLAB_TO, SLAB_STEP = 125.0, 2.0, 0.4  # leverage, leverage, step in ln(leverage)
MEDIAN, SPREAD = 3.0, 2.0  # log-normal in leverage: broad, its weight well below the leverage people set
NEVER_SHARE, SPIKE_SHARE = 0.30, 0.35  # of all opened; the slab takes the rest
NEVER_LEVERAGE = 1.0  # sets how slowly the never-liquidated close
SLAB_KERNEL, SPIKE_KERNEL = 0.20, 0.02  # sd of ln(distance)
KERNEL_NODES = 3
NARROW = 1.0  # map bins: a kernel of less than this is drawn from one node a candle
PHASES = 17  # prime, so that steps of 5 or 60 minutes visit them all
CLOSING_PER_DAY, CLOSING_POWER = 2.0, 0.9  # of fast holders at 20x, and how it grows with leverage
SLOW_PER_DAY = 0.1  # of slow holders, whatever their leverage
HOLDER_SHARE = (0.93, 0.07)  # fast, slow: of what is opened
HOLDERS = len(HOLDER_SHARE)
BAND_TOPS = (10.0, 25.0, 50.0)  # leverage bands of the map: <=10, 10-25, 25-50, >50


class LeverageTiers(NamedTuple):
    """The prior of one contract as arrays; K tiers that can be liquidated, then the never-liquidated one.

    `offset` are distances from entry to level in map bins: PHASES slightly shifted sets of kernel nodes,
    taken in turn, so that few nodes a candle add up to a smooth kernel instead of a comb.
    """

    leverage: Floats  # (K,)
    offset: Floats  # (PHASES, 2 sides, K, KERNEL_NODES)
    node: Floats  # (PHASES, K, KERNEL_NODES) weights, sum to 1 over the nodes; a narrow tier has one node
    rate: Floats  # (K + 1, holders) closing per day at usual activity
    weight: Floats  # (K + 1,), sums to 1
    holder: Floats  # (holders,), sums to 1
    band: Ints  # (K,)


def leverage_tiers(contract: Contract) -> LeverageTiers:
    """The spike and slab tiers a contract admits: none above its maximum leverage."""
    spikes, maintenance = _spikes(contract)
    slab = _slab(min(SLAB_FROM, contract.max_leverage))
    leverage = np.concatenate([spikes, slab])
    maintenance = np.r_[maintenance, np.full(len(slab), contract.first_maintenance_rate)]
    kernel = np.r_[np.full(len(spikes), SPIKE_KERNEL), np.full(len(slab), SLAB_KERNEL)]
    weight = np.r_[_spike_weights(spikes), _share(slab, 1 - NEVER_SHARE - SPIKE_SHARE), NEVER_SHARE]
    pace = CLOSING_PER_DAY * (np.r_[leverage, NEVER_LEVERAGE] / 20) ** CLOSING_POWER
    offset, node = _kernel_nodes(contract, leverage, maintenance, kernel)
    return LeverageTiers(
        leverage=leverage,
        offset=offset,
        node=node,
        rate=np.column_stack([pace, np.full(len(pace), SLOW_PER_DAY)]),
        weight=weight,
        holder=np.array(HOLDER_SHARE),
        band=np.searchsorted(BAND_TOPS, leverage - 1e-9).astype(np.int64),
    )


def _spikes(contract: Contract) -> tuple[Floats, Floats]:
    """(leverage, maintenance rate) of each spike: the usual round numbers up to the maximum, and the maximum
    itself where it lies below them all; a second time where the second margin tier still admits it."""
    highest = contract.max_leverage
    admitted = [spike for spike in SPIKES if spike <= highest]
    if highest < SPIKES[0] and highest not in admitted:
        admitted.insert(0, highest)
    found = [(spike, rate) for spike in admitted for rate in _rates(contract, spike)]
    return np.array([spike for spike, _ in found]), np.array([rate for _, rate in found])


def _rates(contract: Contract, leverage: float) -> tuple[float, ...]:
    """Effective maintenance rate of a small position, and of one in the middle of the second margin tier."""
    first = contract.first_maintenance_rate
    if len(contract.tiers) < 2 or contract.tiers[1].max_leverage < leverage:
        return (first,)
    floor, tier = contract.tiers[0].notional_cap, contract.tiers[1]
    size = float(np.sqrt(floor * min(tier.notional_cap, 20 * floor)))
    return first, tier.maintenance_rate - maintenance_deductions(contract)[1] / size


def _spike_weights(spikes: Floats) -> Floats:
    """Of the spikes' share: a leverage that stands twice is divided between small and larger positions."""
    chosen, place, times = np.unique(spikes, return_inverse=True, return_counts=True)
    larger = np.r_[False, spikes[1:] == spikes[:-1]]
    part = np.where(larger, LARGER_SHARE, 1 - LARGER_SHARE)
    return np.asarray(_share(chosen, SPIKE_SHARE)[place] * np.where(times[place] > 1, part, 1.0))


def _slab(highest: float) -> Floats:
    lowest = min(SLAB_TO, highest)
    count = max(1, round(np.log(highest / lowest) / SLAB_STEP) + 1)
    return np.geomspace(highest, lowest, count)


def _share(leverage: Floats, total: float) -> Floats:
    """Log-normal weights that sum to a total."""
    density = _density(leverage, MEDIAN)
    return np.asarray(total * density / density.sum())


def shifted(tiers: LeverageTiers, factor: float) -> Floats:
    """The prior's weights had its median been so many times higher, shape (K + 1,); the never-liquidated
    keep theirs."""
    moved = _density(tiers.leverage, MEDIAN * factor) / _density(tiers.leverage, MEDIAN)
    weight = tiers.weight[:-1] * moved
    never = tiers.weight[-1]
    return np.asarray(np.r_[weight / weight.sum() * (1 - never), never])


def by_leverage(leverage: Floats, quantity: Floats) -> tuple[tuple[float, float], ...]:
    """(leverage, quantity) descending; tiers of equal leverage together."""
    chosen, place = np.unique(leverage, return_inverse=True)
    summed = np.bincount(place, quantity, len(chosen))
    return tuple(zip(chosen[::-1].tolist(), summed[::-1].tolist(), strict=True))


def _density(leverage: Floats, median: float) -> Floats:
    return np.asarray(np.exp(-0.5 * (np.log(leverage / median) / SPREAD) ** 2))


def _kernel_nodes(
    contract: Contract, leverage: Floats, maintenance: Floats, kernel: Floats
) -> tuple[Floats, Floats]:
    """Offsets and their weights, see LeverageTiers."""
    distance = np.stack([level_distance(contract, side, leverage, maintenance) for side in Side])
    distance = distance / DISTANCE_BIN
    narrow = ((distance * kernel).max(axis=0) < NARROW)[:, None]
    (wide_z, wide_weight), (narrow_z, narrow_weight) = _spread_nodes(), _single_nodes()
    z = np.where(narrow, narrow_z[:, None], wide_z[:, None])  # (PHASES, K, KERNEL_NODES)
    node = np.where(narrow, narrow_weight[:, None], wide_weight[:, None])
    return distance[:, :, None] * np.exp(kernel[:, None] * z[:, None]), node


def _spread_nodes() -> tuple[Floats, Floats]:
    """Standard deviations and weights of evenly spaced nodes, (PHASES, KERNEL_NODES) each."""
    step = 4.8 / KERNEL_NODES  # nodes cover +-2.4 standard deviations
    z = (np.arange(KERNEL_NODES) - (KERNEL_NODES - 1) / 2 + (_phase() - 0.5)[:, None]) * step
    node = np.exp(-0.5 * z * z)
    return z, node / node.sum(axis=1, keepdims=True)


def _single_nodes() -> tuple[Floats, Floats]:
    """The same with one node a phase, drawn from equal parts of the normal distribution in turn."""
    part = np.argsort(np.argsort(_phase()))
    z = np.zeros((PHASES, KERNEL_NODES))
    z[:, 0] = [NormalDist().inv_cdf((one + 0.5) / PHASES) for one in part.tolist()]
    return z, np.tile(np.arange(KERNEL_NODES) == 0, (PHASES, 1)).astype(np.float64)


def _phase() -> Floats:
    """In [0, 1), far from the one before."""
    return np.asarray((np.arange(PHASES) * 0.6180339887498949) % 1)
