"""A map read as if something else were believed of leverage."""

from __future__ import annotations

import numpy as np
import pytest
from invented_candles import contract, walk
from invented_feeds import heard, marked

from bot.liquidation.inventory import Inventory
from bot.liquidation.pair_model import PairModel
from bot.liquidation.variants import Variant, shown_under

SYMBOL = "BTC/USDT:USDT"


@pytest.fixture(scope="module")
def taught() -> Inventory:
    inventory = Inventory.empty(contract())
    inventory.advance(marked(heard(walk(600, 3, volatility=0.0005, interest_every=1), 3), 3))
    assert inventory.beliefs().has_learned
    return inventory


def test_the_leverage_that_is_believed_gives_the_map(taught: Inventory) -> None:
    price = taught.last_close
    as_believed = taught.read_believing(1.0, price)
    np.testing.assert_allclose(as_believed, taught.read_out(price).mass, rtol=1e-6, atol=1e-9)


def test_twice_the_leverage_lies_nearer_to_price_and_half_farther(taught: Inventory) -> None:
    price = taught.last_close
    half, same, double = (taught.read_believing(factor, price)[:, :, :40].sum() for factor in (0.5, 1.0, 2.0))
    assert half < same < double


def test_without_what_was_learned_the_map_is_another_one_if_anything_was(taught: Inventory) -> None:
    price = taught.last_close
    unlearned = taught.read_believing(None, price)
    assert not np.allclose(unlearned, taught.read_out(price).mass, rtol=0.01)
    fresh = Inventory.empty(contract())
    fresh.advance(walk(600, 3, volatility=0.0005, interest_every=1))
    same = fresh.read_believing(None, fresh.last_close)
    np.testing.assert_allclose(same, fresh.read_out().mass, rtol=1e-6, atol=1e-9)


def test_a_zone_is_looked_for_in_every_variant_of_the_map() -> None:
    model = PairModel(SYMBOL)
    contracts = {venue: contract(venue) for venue in ("binance", "okx")}
    model.advance(contracts, {venue: [walk(1500, 31)] for venue in contracts})
    found = model.map()
    told = [shown_under(model.inventories, zone, found) for zone in model.zones]
    assert all(list(one) == list(Variant) for one in told)
    assert all(one[Variant.UNLEARNED] for one in told)  # nothing was learned, so that is this map
