"""What an older version of the program stored is gone on with; what cannot be is built afresh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_candles import MINUTE_MS, START_MS, contract, walk
from numpy.typing import NDArray
from stored_samples import STORED

from bot.liquidation import pair_model
from bot.liquidation.checkpoint import Arrays, CheckpointError, Facts, pack, unpack
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.inventory import FLOOR_SHARE, VERSION, Inventory
from bot.liquidation.pair_model import PairModel

VERSIONS = (2, 3, 4)
SYMBOL = "BTC/USDT:USDT"


def stored(version: int) -> Inventory:
    return Inventory.from_bytes(contract(), (STORED / f"inventory-{version}.bin").read_bytes())


def remembered(version: int) -> dict[str, NDArray[np.float64]]:
    """What it was when it was stored."""
    with np.load(STORED / f"map-{version}.npz") as found:
        return dict(found)


def later(inventory: Inventory, minutes: int = 300) -> History:
    history = walk(minutes, 9, price=inventory.last_close)
    return replace(history, start_ms=history.start_ms + (inventory.as_of_ms - START_MS))


def opened_up(version: int) -> tuple[Facts, Arrays]:
    return unpack("inventory", version, (STORED / f"inventory-{version}.bin").read_bytes())


def test_a_file_of_every_version_is_kept() -> None:
    kept = {int(path.stem.split("-")[1]) for path in STORED.glob("inventory-*.bin")}
    assert kept == set(VERSIONS) == set(range(2, VERSION + 1))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_map_is_what_it_was(version: int) -> None:
    inventory, before = stored(version), remembered(version)
    found = inventory.read_out()
    # By distance, all bands together: where tiers changed, a level goes on in the tier of nearest leverage.
    np.testing.assert_allclose(found.mass.sum(axis=1), before["mass"].sum(axis=1), rtol=1e-9, atol=1e-9)
    for name in ("price", "as_of_ms", "open_interest_base"):
        assert getattr(found, name) == before[name].item()
    assert inventory.side_totals() == pytest.approx(found.open_interest_base, rel=1e-9)


def test_the_mean_of_past_maps_goes_on_from_version_2() -> None:
    facts, arrays = opened_up(2)
    inventory = stored(2)
    mean = arrays["past"] / facts["floor_hours"] * inventory.open_interest_base
    expected = (1 - FLOOR_SHARE) * inventory.read_out().mass + FLOOR_SHARE * mean
    np.testing.assert_allclose(inventory.read_out(floor=True).mass, expected, rtol=1e-9, atol=1e-12)


def test_what_was_learned_is_still_known() -> None:
    beliefs, before = stored(3).beliefs(), remembered(3)
    assert beliefs.learned_base == before["learned_base"] > 0
    assert beliefs.slow_share == before["slow_share"] != beliefs.slow_prior


def test_only_version_4_noted_with_how_much_open_interest_it_began() -> None:
    begun = [stored(version).progress.first_interest_base for version in VERSIONS]
    assert begun[:2] == [0.0, 0.0]
    assert 900 < begun[2] < 1100


def test_version_2_had_learned_nothing() -> None:
    beliefs = stored(2).beliefs()
    assert (beliefs.learned_base, beliefs.realised_ratio) == (0.0, None)
    assert beliefs.slow_share == pytest.approx(beliefs.slow_prior, rel=1e-12)
    np.testing.assert_allclose(beliefs.leverage, beliefs.prior, rtol=1e-12)


@pytest.mark.parametrize("version", VERSIONS)
def test_it_goes_on_and_is_stored_as_the_version_in_use(version: int) -> None:
    inventory = stored(version)
    history = later(inventory)
    inventory.advance(history.rows(slice(0, 200)))
    assert inventory.as_of_ms == history.end_ms[199]
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)
    again = Inventory.from_bytes(contract(), inventory.to_bytes())
    assert (
        unpack("inventory", VERSION, inventory.to_bytes())[0]
        == unpack("inventory", VERSION, again.to_bytes())[0]
    )
    for one in (inventory, again):
        one.advance(history)
    np.testing.assert_array_equal(again.read_out(floor=True).mass, inventory.read_out(floor=True).mass)


@pytest.mark.parametrize("version", VERSIONS)
def test_windows_reach_back_beyond_the_upgrade(version: int) -> None:
    inventory = stored(version)
    whole, window = inventory.read_out().mass, inventory.window(100 * MINUTE_MS).mass
    assert (window <= whole + 1e-9).all()
    assert window.sum() > 0.01 * whole.sum()
    assert inventory.covers_from_ms < inventory.as_of_ms - 100 * MINUTE_MS


@pytest.mark.parametrize("version", VERSIONS)
def test_open_interest_that_jumps_right_after_the_upgrade_is_doubted(version: int) -> None:
    inventory = stored(version)
    before = inventory.open_interest_base
    history = later(inventory, 2)
    inventory.advance(replace(history, open_interest_base=np.array([np.nan, 12 * before])))
    assert inventory.open_interest_base == before
    assert inventory.progress.judge.distrusted_rows == 1


def test_an_inventory_of_version_2_without_open_interest_goes_on() -> None:
    facts, arrays = opened_up(2)
    nothing = {name: arrays[name] for name in ("hours", "ledger", "past", "leverage", "weight")}
    inventory = Inventory.from_bytes(
        contract(), pack("inventory", 2, {**facts, "interest": float("nan")}, nothing)
    )
    assert not inventory.has_open_interest
    inventory.advance(later(inventory))
    assert inventory.side_totals() == pytest.approx(inventory.open_interest_base, rel=1e-9)


@pytest.mark.parametrize("version", VERSIONS)
def test_upgrade_and_other_margin_tiers_may_come_together(version: int) -> None:
    other = contract(tiers=(Tier(1e6, 20, 0.02),))
    inventory = Inventory.from_bytes(other, (STORED / f"inventory-{version}.bin").read_bytes())
    before = remembered(version)["mass"].sum(axis=1)
    np.testing.assert_allclose(inventory.read_out().mass.sum(axis=1), before, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("version", [0, 1, VERSION + 1, 99, "3", None])
def test_an_unknown_version_is_refused_by_name(version: int) -> None:
    facts, arrays = opened_up(VERSION)
    with pytest.raises(CheckpointError, match=f"of version {version} is not"):
        Inventory.from_bytes(contract(), pack("inventory", version, facts, arrays))


@pytest.mark.parametrize("missing", ["interest", "range_low", "as_of_ms"])
def test_a_number_missing_in_version_2_is_damage(missing: str) -> None:
    facts, arrays = opened_up(2)
    del facts[missing]
    with pytest.raises(CheckpointError, match="damaged"):
        Inventory.from_bytes(contract(), pack("inventory", 2, facts, arrays))


@pytest.mark.parametrize("missing", ["weight", "hours", "decay", "leverage"])
def test_an_array_missing_in_version_2_is_damage(missing: str) -> None:
    facts, arrays = opened_up(2)
    del arrays[missing]
    with pytest.raises(CheckpointError, match="damaged"):
        Inventory.from_bytes(contract(), pack("inventory", 2, facts, arrays))


@pytest.mark.parametrize("version", [1, 99])
def test_a_pair_goes_on_by_building_that_venue_afresh(version: int) -> None:
    contracts = {venue: contract(venue) for venue in ("binance", "okx")}
    model = PairModel(SYMBOL)
    model.advance(contracts, {venue: [walk(300, 31)] for venue in contracts})
    facts, arrays = unpack("inventory", VERSION, model.inventories["binance"].to_bytes())
    found = restored(contracts, model, pack("inventory", version, facts, arrays))
    assert list(found.inventories) == ["okx"]
    assert f"version {version}" in found.unusable["binance"]
    found.advance(contracts, {"binance": [walk(300, 31)]})
    np.testing.assert_allclose(found.map(contracts).mass, model.map(contracts).mass, rtol=1e-12, atol=1e-12)


def test_a_pair_of_the_previous_version_goes_on() -> None:
    contracts = {venue: contract(venue) for venue in ("binance", "okx")}
    model = PairModel(SYMBOL)
    model.advance(contracts, {"okx": [walk(300, 31)], "binance": []})
    found = restored(contracts, model, (STORED / "inventory-2.bin").read_bytes())
    assert not found.unusable
    assert found.map(["binance"]).profile == pytest.approx(remembered(2)["mass"].sum(axis=1), abs=1e-9)


def restored(contracts: dict[str, Contract], model: PairModel, binance: bytes) -> PairModel:
    """The stored pair, Binance's part of it exchanged."""
    facts, arrays = unpack("pair", pair_model.VERSION, model.to_bytes())
    arrays["binance"] = np.frombuffer(binance, np.uint8)
    return PairModel.from_bytes(contracts, pack("pair", pair_model.VERSION, facts, arrays))
