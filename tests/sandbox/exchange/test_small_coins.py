"""Further small coins leave the usual market as it is."""

import numpy as np
import pytest

from bot.sandbox.market.clock import DAY_MS
from bot.sandbox.market.invented.coins import COINS
from bot.sandbox.market.invented.habits import PATIENT_CALM, USUAL, Habits
from bot.sandbox.market.invented.small_coins import MOST_SMALL_COINS, small_coins
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.opening import INVENTED_START_MS

SHORT_WARM_UP = Habits("walking", PATIENT_CALM.leverages, warm_up_minutes=60)


@pytest.mark.parametrize("habits", [USUAL, SHORT_WARM_UP], ids=["swinging", "walking"])
def test_the_usual_contracts_draw_what_they_drew(habits: Habits) -> None:
    alone, beside = (
        InventedSource(4, INVENTED_START_MS, 0.1, habits, also=("gate",), small=small_coins(count))
        for count in (0, 3)
    )
    assert len(beside.listings) == len(alone.listings) + 9
    for listing in alone.listings:
        before, after = (source.tape(listing, INVENTED_START_MS) for source in (alone, beside))
        assert np.array_equal(before.minutes.close, after.minutes.close)
        assert np.array_equal(before.minutes.volume, after.minutes.volume)
        assert np.array_equal(before.open_interest.value, after.open_interest.value)
        orders = [one.liquidations(listing, 0, INVENTED_START_MS).fill.tolist() for one in (alone, beside)]
        assert orders[0] == orders[1]


def test_each_is_a_live_market_on_three_venues() -> None:
    source = InventedSource(4, INVENTED_START_MS, 0.25, small=small_coins(2))
    small = source.listings[-6:]
    assert [(one.venue, one.symbol) for one in small[:3]] == [
        (venue, "BALO/USDT:USDT") for venue in ("binance", "okx", "bybit")
    ]
    for listing in small:
        tape = source.tape(listing, INVENTED_START_MS)
        assert tape.minutes.low.min() < tape.minutes.high.max() / 1.02
        assert tape.open_interest.value[-1] * tape.minutes.close[-1] > 1e6
        assert len(source.liquidations(listing, INVENTED_START_MS - DAY_MS, INVENTED_START_MS)) > 10
    closes = [source.tape(one, INVENTED_START_MS).minutes.close for one in (small[0], small[3])]
    assert np.corrcoef(np.diff(np.log(closes)))[0, 1] < 0.98


def test_names_are_different_and_prices_have_ticks() -> None:
    coins = small_coins(MOST_SMALL_COINS)
    assert len({coin.base for coin in (*COINS, *coins)}) == MOST_SMALL_COINS + len(COINS)
    assert all(coin.price / coin.tick_size >= 9_999 for coin in coins)
    assert small_coins(5) == coins[:5]


@pytest.mark.parametrize("count", [-1, MOST_SMALL_COINS + 1])
def test_there_are_only_so_many(count: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 300"):
        small_coins(count)
