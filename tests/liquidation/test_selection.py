"""A selection hides, and moves nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_maps import hilly

from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone

FOUND = hilly(((Side.LONG, 0.02, 0.003, 5.0), (Side.SHORT, 0.03, 0.003, 7.0)))
LONG = Zone("Z1", Side.LONG, 97.0, 98.0, 97.5, 5.0, 80.0, 2.0, (0.0, 0.1, 0.3, 0.6), 0)
SHORT = Zone("Z2", Side.SHORT, 103.0, 104.0, 103.5, 7.0, 30.0, 2.0, (0.7, 0.2, 0.1, 0.0), 0)
SHOWN = Snapshot(FOUND, (LONG, SHORT), 0.1, 0)


def test_everything_changes_nothing() -> None:
    whole = SHOWN.selected(EVERYTHING)
    np.testing.assert_array_equal(whole.found.mass, FOUND.mass)
    assert whole.zones == SHOWN.zones


def test_one_side_leaves_the_other_empty() -> None:
    part = SHOWN.selected(Selection(side=Side.SHORT))
    assert part.found.profile[Side.LONG].sum() == 0
    np.testing.assert_array_equal(part.found.profile[Side.SHORT], FOUND.profile[Side.SHORT])
    assert part.zones == (SHORT,)


@pytest.mark.parametrize(("leverage", "ids"), [({2, 3}, ["Z1"]), ({0, 1}, ["Z2"]), ({0}, ["Z2"]), ({1}, [])])
def test_leverage_bands_sum_to_the_whole(leverage: set[int], ids: list[str]) -> None:
    part = SHOWN.selected(Selection(leverage=frozenset(leverage)))
    rest = SHOWN.selected(Selection(leverage=frozenset(range(4)) - leverage))
    np.testing.assert_allclose(part.found.mass + rest.found.mass, FOUND.mass)
    assert [zone.id for zone in part.zones] == ids


def test_a_band_chooses_zones_and_hides_no_bars() -> None:
    part = SHOWN.selected(Selection(band=Band.HIGH))
    assert [zone.id for zone in part.zones] == ["Z1"]
    assert part.found.profile.sum() == pytest.approx(FOUND.profile.sum())
    lower = SHOWN.selected(Selection(top_band=Band.MEDIUM))
    assert [zone.id for zone in lower.zones] == ["Z2"]


def test_a_zone_of_unknown_mix_is_shown() -> None:
    unknown = replace(LONG, leverage_mix=(0.0, 0.0, 0.0, 0.0))
    assert Selection(leverage=frozenset({3})).shows(unknown)
