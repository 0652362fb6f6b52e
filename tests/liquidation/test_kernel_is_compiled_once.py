"""After the warm-up nothing is compiled any more: it would hold up a live pair for half a minute. And what an
older version compiled is not used by a newer one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from operator import attrgetter

import numpy as np

from bot.jobs.tasks import warm_up_model
from bot.liquidation import candle_table, habits, kernel, leverage_prior, liquidation_map, pulse
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.kernel import advance_rows, paint, replay
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.pair_heat import heat_of
from bot.liquidation.pair_model import PairModel
from bot.liquidation.past_map import maps_as_of
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side

MINUTE_MS = 60_000
CONTRACT = Contract("bybit", "Y", "Y/USDT:USDT", 0.1, (Tier(1e5, 50.0, 0.01), Tier(1e6, 20.0, 0.025)))


def compiled_kinds(function: object) -> int:
    return len(attrgetter("signatures")(function))


def minutes(rows: int) -> History:
    """As a reader may hand them over: slices of one table, which are not contiguous."""
    table = np.linspace(100.0, 101.0, rows)[:, None] * np.array([1.0, 1.002, 0.998, 1.0])
    start_ms = np.arange(rows, dtype=np.int64) * MINUTE_MS
    opened, high, low, close = table.T
    return History(MINUTE_MS, start_ms, opened, high, low, close, np.full(rows, 5.0), np.full(rows, 1e4))


def with_liquidations(history: History) -> History:
    found = Liquidations(
        history.start_ms[:2] + 1, np.array([Side.LONG, Side.SHORT]), np.array([99.9, 101.0]), np.ones(2), 0
    )
    return replace(history, liquidations=found, mark_low=history.low, mark_high=history.high)


def test_the_warm_up_compiles_all_that_is_ever_needed() -> None:
    warm_up_model()
    plain = minutes(120)
    for history in (plain, with_liquidations(plain)):
        inventory = Inventory.empty(CONTRACT)
        inventory.advance(history.rows(slice(0, 100)))
        inventory.advance(history.rows(slice(100, 101)))
        inventory = Inventory.from_bytes(CONTRACT, inventory.to_bytes())
        inventory.advance(history.rows(slice(101, None)))
        inventory.window(30 * MINUTE_MS)
        model = PairModel(CONTRACT.symbol)
        model.inventories[CONTRACT.venue] = inventory
        heat_of(model, model.map(), "12h", Selection(frozenset({1})))
        maps_as_of(model, [40 * MINUTE_MS, 90 * MINUTE_MS], window_ms=30 * MINUTE_MS)
    assert [compiled_kinds(one) for one in (advance_rows, replay, paint)] == [1, 1, 1]


def test_the_kernel_names_the_constants_that_are_compiled_in_from_other_files() -> None:
    """If this fails, a constant changed: write the digest it asks for into kernel.py, so that the cache on
    disk, which looks at that file alone, is made anew wherever the bot runs."""
    sources = (candle_table, habits, leverage_prior, liquidation_map, pulse)
    compiled_in = {
        name: value
        for name, value in vars(kernel).items()
        if name.isupper() and any(vars(source).get(name) == value for source in sources)
    }
    assert {"PHASES", "PRIOR_STRENGTH", "PUBLISHED", "START_MS"} <= set(compiled_in)
    digest = hashlib.sha256(repr(sorted(compiled_in.items())).encode()).hexdigest()[:12]
    assert digest == kernel.CONSTANTS_FROM_ELSEWHERE
