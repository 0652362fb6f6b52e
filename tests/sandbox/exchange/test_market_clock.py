"""Market time runs at its speed from its origin."""

import pytest
from exchange_fixtures import Hand

from bot.sandbox.market import MarketOptions
from bot.sandbox.market.clock import MarketClock

pytest_plugins = ("exchange_plugin",)


def test_a_wall_second_is_a_market_minute_at_speed_sixty(hand: Hand) -> None:
    clock = MarketClock(1_000, 60.0, wall=hand)
    assert clock.now_ms() == 1_000
    hand.seconds = 2.5
    assert clock.now_ms() == 1_000 + 150_000


def test_the_clock_stops_at_the_end_of_a_recording(hand: Hand) -> None:
    clock = MarketClock(0, 60.0, end_ms=90_000, wall=hand)
    hand.seconds = 100
    assert clock.now_ms() == 90_000


@pytest.mark.parametrize("wrong", [{"speed": 0}, {"history_days": 0}, {"seed": -1}])
def test_senseless_options_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must"):
        MarketOptions(**wrong)  # type: ignore[arg-type]
