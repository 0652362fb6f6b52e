"""One symbol over several venues."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from invented_candles import HOUR_MS, MINUTE_MS, contract, walk

from bot.liquidation import pair_model
from bot.liquidation.checkpoint import CheckpointError, pack, unpack
from bot.liquidation.contract import Tier
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.pair_model import PairModel
from bot.liquidation.zone import Zone

SYMBOL = "BTC/USDT:USDT"
VENUES = ("binance", "okx", "bybit")
CONTRACTS = {venue: contract(venue) for venue in VENUES}


def minutes(count: int, premium: float = 0.0, seed: int = 31) -> History:
    history = walk(count, seed)
    scaled = {name: getattr(history, name) * (1 + premium) for name in ("open", "high", "low", "close")}
    return replace(history, **scaled)


def without_interest(history: History) -> History:
    return replace(history, open_interest_base=np.full(len(history), np.nan))


def watched(count: int = 600, venues: tuple[str, ...] = VENUES) -> PairModel:
    model = PairModel(SYMBOL)
    model.advance(CONTRACTS, {venue: [minutes(count, 0.001 * at)] for at, venue in enumerate(venues)})
    return model


def test_the_map_is_the_sum_of_the_venues_and_counts_from_their_median_price() -> None:
    model = watched()
    found = model.map()
    assert [share.venue for share in found.venues] == list(VENUES)
    assert found.price == pytest.approx(minutes(600).close[-1] * 1.001)
    assert found.mass.sum() == pytest.approx(sum(model.map([venue]).mass.sum() for venue in VENUES))
    assert found.missing == ()
    assert found.window == "all"


def test_each_venue_counts_outward_from_its_own_mark_price() -> None:
    marks = {"binance": 60_000.0, "okx": 60_600.0}
    found = watched().map(["binance", "okx"], prices=marks)
    assert {share.venue: share.price for share in found.venues} == marks
    assert found.price == 60_300.0


def test_a_window_carries_its_name_and_holds_less() -> None:
    model = watched()
    window = model.map(window_ms=2 * HOUR_MS, window="2h")
    assert window.window == "2h"
    assert 0 < window.mass.sum() < model.map().mass.sum()


def test_a_venue_without_open_interest_or_unknown_is_named_as_missing() -> None:
    model = PairModel(SYMBOL)
    model.advance(CONTRACTS, {"binance": [minutes(60)], "bybit": [without_interest(minutes(60))]})
    assert model.map().missing == ("bybit",)
    assert model.map(["binance", "bybit", "okx"]).missing == ("bybit", "okx")
    with pytest.raises(NoOpenInterest, match="no open interest on bybit"):
        model.map(["bybit"])


def test_a_pair_that_knows_nothing_has_neither_map_nor_zones() -> None:
    model = PairModel(SYMBOL)
    model.advance({}, {})
    assert model.zones == ()
    with pytest.raises(NoOpenInterest):
        model.map()


def test_a_cold_build_tracks_zones_as_if_it_had_been_watched() -> None:
    history, venues = minutes(2 * 1440), VENUES[:2]
    cold = PairModel(SYMBOL)
    cold.advance(CONTRACTS, {venue: [history] for venue in venues})
    warm = PairModel(SYMBOL)
    for begin in range(0, len(history), 60):
        portion = history.rows(slice(begin, begin + 60))
        warm.advance(CONTRACTS, {venue: [portion] for venue in venues})
    np.testing.assert_allclose(warm.map().mass, cold.map().mass, rtol=1e-9, atol=1e-9)
    assert cold.zones
    assert any(zone.born_ms < cold.as_of_ms - HOUR_MS for zone in cold.zones)
    assert {(zone.side, round(zone.peak, 6)) for zone in cold.zones} == {
        (zone.side, round(zone.peak, 6)) for zone in warm.zones
    }


def test_older_stretches_may_come_in_coarser_candles() -> None:
    fine = minutes(1440)
    coarse = walk(48, 5, span_ms=HOUR_MS, volatility=0.005, interest_every=1)
    older = replace(coarse, start_ms=coarse.start_ms - 48 * HOUR_MS)
    model = PairModel(SYMBOL)
    model.advance(CONTRACTS, {"binance": [older, fine]})
    alone = Inventory.empty(CONTRACTS["binance"])
    alone.advance(older)
    alone.advance(fine)
    np.testing.assert_allclose(model.map().mass[:], alone.read_out().mass, rtol=1e-9, atol=1e-9)


def test_a_venue_that_fell_behind_does_not_pull_the_price() -> None:
    model = watched(60)
    later = minutes(2000).rows(slice(60, 2000))
    model.advance(CONTRACTS, {"binance": [later]})
    found = model.map()
    assert found.price == later.close[-1]
    assert all(share.price == later.close[-1] for share in found.venues)
    assert found.as_of_ms == later.end_ms[-1]
    assert {share.as_of_ms for share in found.venues} == {later.end_ms[-1], minutes(60).end_ms[-1]}


def test_zones_do_not_depend_on_what_maps_were_asked_for() -> None:
    model = watched(30 * 60)
    before = model.zones
    model.map(["okx"], window_ms=HOUR_MS, window="1h", floor=True)
    assert model.zones == before


def test_zones_keep_their_ids_from_minute_to_minute() -> None:
    history = minutes(1440 + 90)
    model = PairModel(SYMBOL)
    model.advance(CONTRACTS, {"binance": [history.rows(slice(0, 1440))]})
    shown, born = {zone.id for zone in model.zones}, set[str]()
    for row in range(1440, len(history)):
        model.advance(CONTRACTS, {"binance": [history.rows(slice(row, row + 1))]})
        born |= {zone.id for zone in model.zones} - shown
    assert len(born) <= 6  # ninety minutes, not a new id every minute


def test_a_stored_pair_goes_on_where_it_stood() -> None:
    history = minutes(1600)
    model = PairModel(SYMBOL)
    model.advance(CONTRACTS, {venue: [history.rows(slice(0, 1500))] for venue in VENUES})
    stored = PairModel.from_bytes(CONTRACTS, model.to_bytes())
    for one in (model, stored):
        one.advance(CONTRACTS, {venue: [history.rows(slice(1500, 1600))] for venue in VENUES})
    np.testing.assert_array_equal(model.map(floor=True).mass, stored.map(floor=True).mass)
    assert model.zones == stored.zones
    assert stored.symbol == SYMBOL


def with_zones() -> PairModel:
    """A pair whose zone counter is well beyond its first."""
    model = watched(2 * 1440, VENUES[:2])
    assert max(number(zone) for zone in model.zones) > 1
    return model


def number(zone: Zone) -> int:
    return int(zone.id[1:])


def spoiled(model: PairModel, name: str) -> bytes:
    """The stored pair with one part of it damaged."""
    facts, arrays = unpack("pair", pair_model.VERSION, model.to_bytes())
    arrays[name] = arrays[name][: len(arrays[name]) // 2]
    return pack("pair", pair_model.VERSION, facts, arrays)


def test_a_venue_without_a_contract_is_kept_as_stored_until_the_contract_comes() -> None:
    model = with_zones()
    only = PairModel.from_bytes({"okx": CONTRACTS["okx"]}, model.to_bytes())
    assert list(only.inventories) == ["okx"]
    assert only.zones == model.zones
    later = PairModel.from_bytes(CONTRACTS, only.to_bytes())
    np.testing.assert_array_equal(later.map(VENUES[:2]).mass, model.map().mass)
    assert only.adopt(CONTRACTS["binance"])
    np.testing.assert_array_equal(only.map(VENUES[:2]).mass, model.map().mass)
    assert not only.adopt(CONTRACTS["bybit"])  # nothing of it was stored


def test_a_venue_whose_history_comes_before_anyone_asked_goes_on_from_what_was_stored() -> None:
    history = minutes(700)
    blob = watched(600, ("binance",)).to_bytes()
    stored, watching = PairModel.from_bytes({}, blob), watched(600, ("binance",))
    coarse = walk(12, 5, span_ms=HOUR_MS)
    older = replace(coarse, start_ms=coarse.start_ms - HOUR_MS // 2)  # one candle straddles what is known
    stored.advance(CONTRACTS, {"binance": [older.rows(slice(0, 11)), history]})
    watching.advance(CONTRACTS, {"binance": [history]})
    assert stored.inventories["binance"].covers_from_ms == watching.inventories["binance"].covers_from_ms
    np.testing.assert_allclose(stored.map().mass, watching.map().mass, rtol=1e-9, atol=1e-9)


def test_a_venue_whose_stored_inventory_is_damaged_is_alone_left_out() -> None:
    model = with_zones()
    stored = PairModel.from_bytes(CONTRACTS, spoiled(model, "binance"))
    assert list(stored.inventories) == ["okx"]
    assert list(stored.unusable) == ["binance"]
    assert stored.zones == model.zones
    np.testing.assert_array_equal(stored.map().mass, model.map(["okx"]).mass)


def test_a_pair_that_lost_its_venues_still_gives_no_zone_name_twice() -> None:
    model = with_zones()
    stored = PairModel.from_bytes({}, model.to_bytes())
    assert not stored.inventories
    assert stored.zones == model.zones
    moved = {name: getattr(minutes(180, seed=5), name) * 2 for name in ("open", "high", "low", "close")}
    later = replace(minutes(180, seed=5), **moved)
    later = replace(later, start_ms=later.start_ms + (len(minutes(2 * 1440)) + 300) * MINUTE_MS)
    stored.advance(CONTRACTS, {"bybit": [later]})
    assert stored.zones
    assert min(number(zone) for zone in stored.zones) > max(number(zone) for zone in model.zones)


def test_a_venue_whose_margin_tiers_changed_keeps_its_inventory_and_zones() -> None:
    model = with_zones()
    changed = {**CONTRACTS, "binance": contract(tiers=(Tier(1e6, 20, 0.02),))}
    stored = PairModel.from_bytes(changed, model.to_bytes())
    assert not stored.unusable
    assert stored.zones == model.zones
    np.testing.assert_allclose(stored.map().profile, model.map().profile, rtol=1e-9, atol=1e-9)


def test_a_pair_whose_zone_book_is_damaged_is_refused() -> None:
    with pytest.raises(CheckpointError):
        PairModel.from_bytes(CONTRACTS, spoiled(watched(60), "zone book"))
    with pytest.raises(CheckpointError, match="damaged"):
        PairModel.from_bytes(CONTRACTS, pack("pair", pair_model.VERSION, {}, {}))


def test_minutes_that_are_known_change_nothing() -> None:
    model = watched(60)
    before = model.to_bytes()
    model.advance(CONTRACTS, {"binance": [minutes(60).rows(slice(40, 60))]})
    assert model.to_bytes() == before
    assert model.as_of_ms == minutes(60).start_ms[0] + 60 * MINUTE_MS


def test_a_process_that_only_reads_maps_does_without_the_compiler(tmp_path: Path) -> None:
    model = watched(60)
    (tmp_path / "model").write_bytes(pickle.dumps(model))
    code = (
        "import pickle, sys; model = pickle.load(open(sys.argv[1], 'rb')); "
        "model.map(floor=True); model.to_bytes(); raise SystemExit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "model")], check=False).returncode == 0
