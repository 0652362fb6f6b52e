"""Silence teaches only where somebody listened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from invented_candles import START_MS, contract
from invented_feeds import FIVE_MINUTES_MS, NEVER_MS, along, plateaus, told

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidations import Liquidations
from bot.liquidation.listened import Stretches, listened
from bot.liquidation.side import Side

STEP = FIVE_MINUTES_MS
WHOLE = ((START_MS, START_MS + 1000 * STEP),)


def at(candle: float) -> int:
    """A moment, counted in candles from the begin."""
    return START_MS + round(candle * STEP)


def flat(candles: int = 10) -> History:
    return along([100.0] * (candles + 1))


def shape(parts: Sequence[History]) -> list[tuple[int, int]]:
    """How many candles each part has, and at which candle listening began, -1 where nobody did."""
    begins = [part.liquidations.covered_from_ms for part in parts]
    return [
        (len(part), -1 if begin == NEVER_MS else (begin - START_MS) // STEP)
        for part, begin in zip(parts, begins, strict=True)
    ]


@pytest.mark.parametrize(
    ("stretches", "parts"),
    [
        ([], [(10, -1)]),
        ([(at(0), at(10))], [(10, 0)]),
        ([(at(-5), at(99))], [(10, -5)]),
        ([(at(3), at(10))], [(3, -1), (7, 3)]),
        ([(at(0), at(6))], [(6, 0), (4, -1)]),
        ([(at(0), at(4)), (at(6), at(10))], [(4, 0), (2, -1), (4, 6)]),
        ([(at(0), at(4)), (at(4) + 1, at(10))], [(4, 0), (1, -1), (5, 4)]),
        ([(at(2.5), at(6.5))], [(3, -1), (3, 2), (4, -1)]),
        ([(at(2.2), at(2.8))], [(10, -1)]),
        ([(at(-9), at(-3)), (at(20), at(30))], [(10, -1)]),
    ],
)
def test_a_history_is_cut_where_listening_begins_and_ceases(
    stretches: Stretches, parts: list[tuple[int, int]]
) -> None:
    found = listened(flat(), told([]), stretches)
    assert shape(found) == parts
    assert np.concatenate([part.start_ms for part in found]).tolist() == flat().start_ms.tolist()


def test_each_part_carries_what_was_told_of_it() -> None:
    orders = told([(at(moment), Side.LONG, 100.0, 1.0) for moment in (0.5, 1.5, 4.2, 5.0, 7.0, 9.9)])
    found = listened(flat(), orders, [(at(0), at(4)), (at(5), at(10))])
    stamps = [part.liquidations.stamp_ms.tolist() for part in found]
    assert stamps == [[at(0.5), at(1.5)], [], [at(5.0), at(7.0), at(9.9)]]


def test_no_candles_remain_no_candles() -> None:
    (nothing,) = listened(flat().rows(slice(0, 0)), told([]), WHOLE)
    assert len(nothing) == 0


def learned(parts: Sequence[History]) -> Inventory:
    inventory = Inventory.empty(contract())
    for part in parts:
        inventory.advance(part)
    return inventory


def crossed(inventory: Inventory) -> list[float]:
    """Liquidated quantity, and what the map said was crossed while somebody listened."""
    return [float(number) for number in inventory.state.habits.crossed]


def test_listening_all_along_is_as_if_the_feed_had_come_with_the_candles() -> None:
    history = plateaus(4)
    whole = learned([history])
    assert learned(listened(history, history.liquidations, WHOLE)).to_bytes() == whole.to_bytes()
    assert crossed(whole)[0] > 0


def test_never_listening_teaches_nothing() -> None:
    history = plateaus(4)
    found = learned(listened(history, history.liquidations, []))
    assert crossed(found) == [0.0, 0.0]
    assert not found.beliefs().has_learned


def without(heard: Liquidations, row: int) -> Liquidations:
    return Liquidations(
        np.delete(heard.stamp_ms, row),
        np.delete(heard.side, row),
        np.delete(heard.price, row),
        np.delete(heard.quantity_base, row),
        heard.covered_from_ms,
    )


def test_a_hole_around_a_fall_is_not_a_fall_without_liquidations() -> None:
    """Of four moves that liquidated, the recorder missed one: less is expected than if it had been silent."""
    history = plateaus(4)
    heard = history.liquidations
    missed = int(heard.stamp_ms[1])
    holed = [(START_MS, missed - STEP), (missed + STEP, at(1000))]
    deaf = crossed(learned(listened(history, heard, holed)))
    silent = crossed(learned(listened(history, without(heard, 1), WHOLE)))
    assert deaf[0] == pytest.approx(silent[0], rel=1e-3)
    assert deaf[1] < 0.95 * silent[1]
