"""The same charts as most people would draw them: pyplot with its own axes, ticks, legend and layout."""

from __future__ import annotations

import io

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from invented_heat import InventedHeat
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bot.charts.bar_map.price_bars import price_bars
from bot.liquidation.liquidation_map import DISTANCE_BIN, LEVERAGE_BANDS
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.look import Stack

DPI = 100
REACH = 0.1  # of the price to either side
COLOURS = ("#4c8dd6", "#73d8da", "#ffc403", "#ff8300")
Floats = NDArray[np.float64]


def map_of_every_bin(shown: Snapshot) -> bytes:
    """A bar for each bin of the map itself within 10 %: 400 bars by 4 tiers."""
    bins = round(REACH / DISTANCE_BIN)
    mass = shown.found.mass[:, :, :bins]
    outward = np.concatenate([mass[Side.LONG, :, ::-1], mass[Side.SHORT]], axis=1)
    edges = shown.found.price * np.exp(np.arange(-bins, bins + 1) * DISTANCE_BIN)
    return _map(shown, edges, outward)


def map_of_the_same_bars(shown: Snapshot) -> bytes:
    """As many bars as our picture has."""
    bars = price_bars(shown.found, REACH / 2, Stack.TIER, shown.tick_size)
    return _map(shown, bars.edges, bars.mass.sum(axis=0))


def heat_of_imshow(told: InventedHeat) -> bytes:
    """The cells on a logarithmic scale, a line and a rectangle for each candle, a circle for each order."""
    history = told.history
    figure, axes = plt.subplots(figsize=(12.8, 12.8), dpi=DPI, facecolor="#131722")
    cells = history.quantity.sum(axis=0)
    scale = LogNorm(max(cells.max() * 1e-3, 1e-9), cells.max())
    ends = (0, cells.shape[1], float(history.edges[0]), float(history.edges[-1]))
    drawn = axes.imshow(np.maximum(cells, 1e-9), origin="lower", aspect="auto", norm=scale, extent=ends)
    figure.colorbar(drawn, location="left")
    for column, (opened, high, low, close) in enumerate(history.candles.tolist()):
        colour = "#26a69a" if close >= opened else "#ef5350"
        axes.add_line(Line2D([column + 0.5] * 2, [low, high], color=colour))
        axes.add_patch(Rectangle((column + 0.1, min(opened, close)), 0.8, abs(close - opened), color=colour))
    begin_ms = int(history.stamp_ms[0]) - history.span_ms
    axes.scatter(
        [(order.stamp_ms - begin_ms) / history.span_ms for order in told.reported.largest],
        [order.price for order in told.reported.largest],
        [order.amount / 2e4 for order in told.reported.largest],
    )
    axes.yaxis.tick_right()
    axes.set_title(f"{told.shown.found.symbol} liquidation heatmap", color="white")
    axes.tick_params(colors="white")
    return _saved(figure)


def _map(shown: Snapshot, edges: Floats, mass: Floats) -> bytes:
    """`mass` has shape (tiers, bins)."""
    figure, axes = plt.subplots(figsize=(12.8, 10.24), dpi=DPI, facecolor="#131722")
    axes.set_facecolor("#1b2132")
    below = np.zeros(mass.shape[1])
    for tier, colour, name in zip(mass, COLOURS, LEVERAGE_BANDS, strict=True):
        axes.bar(
            edges[:-1], tier, width=np.diff(edges) * 0.9, bottom=below, align="edge", color=colour, label=name
        )
        below = below + tier
    _curves(shown.found.price, edges, below)
    axes.axvline(shown.found.price, color="white", linestyle="--")
    axes.set_title(f"{shown.found.symbol} liquidation map", color="white")
    axes.tick_params(colors="white")
    axes.legend(loc="upper center", ncols=4)
    return _saved(figure)


def _curves(price: float, edges: Floats, totals: Floats) -> None:
    axes = plt.gca().twinx()
    middles = (edges[1:] + edges[:-1]) / 2
    shorts = middles > price
    axes.plot(middles[shorts], np.cumsum(totals[shorts]), color="#ff5d69")
    axes.plot(middles[~shorts], np.cumsum(totals[~shorts][::-1])[::-1], color="#2cc5ac")
    axes.tick_params(colors="white")


def _saved(figure: Figure) -> bytes:
    figure.tight_layout()
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI)
    plt.close(figure)
    return png.getvalue()
