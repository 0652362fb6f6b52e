"""What is believed about leverage before anything was liquidated: spikes, a slab, and those who never are.

Spikes are the round numbers people choose with isolated margin; the slab is effective leverage spread
smoothly by cross margin, top-ups and odd choices; the rest is hedged or collateralised so well that no
move reaches it.
Holders are of two kinds, fast and slow, because no single closing rate fits both scalpers and investors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.contract import Contract
from bot.liquidation.levels import level_distance
from bot.liquidation.liquidation_map import DISTANCE_BIN
from bot.liquidation.side import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPIKES = (125.0, 100.0, 75.0, 50.0, 25.0, 20.0, 10.0, 5.0, 3.0)
SLAB_FROM, SLAB_TO, SLAB_STEP = 125.0, 2.0, 0.243  # leverage, leverage, step in ln(leverage)
MEDIAN, SPREAD = 3.0, 2.0  # log-normal in leverage: broad, its weight well below the leverage people set
NEVER_SHARE, SPIKE_SHARE = 0.30, 0.35  # of all opened; the slab takes the rest
NEVER_LEVERAGE = 1.0  # sets how slowly the never-liquidated close
SLAB_KERNEL, SPIKE_KERNEL = 0.20, 0.02  # sd of ln(distance)
KERNEL_NODES = 5
PHASES = 17  # prime, so that steps of 5 or 60 minutes visit them all
CLOSING_PER_DAY, CLOSING_POWER = 2.0, 0.8  # of fast holders at 20x, and how it grows with leverage
HOLDER_PACE = (1.0, 0.07)  # fast, slow: multiples of the closing rate
HOLDER_SHARE = (0.85, 0.15)  # of what is opened
BAND_TOPS = (10.0, 25.0, 50.0)  # leverage bands of the map: <=10, 10-25, 25-50, >50


class LeverageTiers(NamedTuple):
    """The prior of one contract as arrays; K tiers that can be liquidated, then the never-liquidated one.

    `offset` are distances from entry to level in map bins: PHASES slightly shifted sets of kernel nodes,
    taken in turn, so that few nodes a candle add up to a smooth kernel instead of a comb.
    """

    leverage: Floats  # (K,)
    offset: Floats  # (PHASES, 2 sides, K, KERNEL_NODES)
    node: Floats  # (PHASES, KERNEL_NODES), sums to 1 over the nodes
    rate: Floats  # (K + 1, holders) closing per day at usual activity
    weight: Floats  # (K + 1, holders), sums to 1
    band: Ints  # (K,)


def leverage_tiers(contract: Contract) -> LeverageTiers:
    """The spike and slab tiers a contract admits: none above its maximum leverage."""
    spikes = _admitted_spikes(contract.max_leverage)
    slab = _slab(min(SLAB_FROM, contract.max_leverage))
    leverage = np.concatenate([spikes, slab])
    kernel = np.r_[np.full(len(spikes), SPIKE_KERNEL), np.full(len(slab), SLAB_KERNEL)]
    weight = np.r_[_share(spikes, SPIKE_SHARE), _share(slab, 1 - NEVER_SHARE - SPIKE_SHARE), NEVER_SHARE]
    pace = CLOSING_PER_DAY * (np.r_[leverage, NEVER_LEVERAGE] / 20) ** CLOSING_POWER
    offset, node = _kernel_nodes(contract, leverage, kernel)
    return LeverageTiers(
        leverage=leverage,
        offset=offset,
        node=node,
        rate=np.outer(pace, HOLDER_PACE),
        weight=np.outer(weight, HOLDER_SHARE),
        band=np.searchsorted(BAND_TOPS, leverage - 1e-9).astype(np.int64),
    )


def _admitted_spikes(max_leverage: float) -> Floats:
    """The usual round numbers up to the maximum, and the maximum itself where it lies below them all."""
    admitted = [spike for spike in SPIKES if spike <= max_leverage]
    if max_leverage < SPIKES[0] and max_leverage not in admitted:
        admitted.insert(0, max_leverage)
    return np.array(admitted)


def _slab(highest: float) -> Floats:
    lowest = min(SLAB_TO, highest)
    count = max(1, round(np.log(highest / lowest) / SLAB_STEP) + 1)
    return np.geomspace(highest, lowest, count)


def _share(leverage: Floats, total: float) -> Floats:
    """Log-normal weights that sum to a total."""
    density = np.exp(-0.5 * (np.log(leverage / MEDIAN) / SPREAD) ** 2)
    return np.asarray(total * density / density.sum())


def _kernel_nodes(contract: Contract, leverage: Floats, kernel: Floats) -> tuple[Floats, Floats]:
    step = 4.8 / KERNEL_NODES  # nodes cover +-2.4 standard deviations
    phase = (np.arange(PHASES) * 0.6180339887498949) % 1 - 0.5
    z = (np.arange(KERNEL_NODES) - (KERNEL_NODES - 1) / 2 + phase[:, None]) * step
    node = np.exp(-0.5 * z * z)
    distance = np.stack([level_distance(contract, side, leverage) for side in Side]) / DISTANCE_BIN
    offset = distance[None, :, :, None] * np.exp(kernel[None, None, :, None] * z[:, None, None, :])
    return offset, node / node.sum(axis=1, keepdims=True)
