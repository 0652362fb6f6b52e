"""A line's own stamps say when it left something out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.liquidation.contract import Contract, Tier
from bot.market.cadence import Cadence
from bot.market.live import Live

START = 1_790_000_040_000


@pytest.mark.parametrize("step_ms", [100, 1000, 12_000, 60_000])
def test_an_even_pace_leaves_nothing_out(step_ms: int) -> None:
    cadence = Cadence(pause_s=4)
    skips = [cadence.skips(START + number * step_ms) for number in range(100)]
    assert not any(skips[20:])


@pytest.mark.parametrize(("step_ms", "silence_ms"), [(100, 4500), (1000, 10_000), (12_000, 200_000)])
def test_a_silence_is_noticed_once(step_ms: int, silence_ms: int) -> None:
    cadence = Cadence(pause_s=4)
    for number in range(50):
        cadence.skips(START + number * step_ms)
    after = START + 49 * step_ms + silence_ms
    assert [cadence.skips(after + number * step_ms) for number in range(5)] == [True] + 4 * [False]


def test_equal_and_older_stamps_say_nothing() -> None:
    cadence = Cadence(pause_s=4)
    cadence.skips(START)
    assert not any(cadence.skips(stamp) for stamp in (START, START - 30_000, START, START + 1000))


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """Two contracts of one line, both heard for a while; no line is connected."""
    opened = Live("okx", lambda topics, subscribe: (), pause_s=60)
    names = ("X", "Y")
    tiers = (Tier(1e9, 50.0, 0.01),)
    contracts = [Contract("okx", name, f"{name}/USDT:USDT", 0.1, tiers) for name in names]
    opened.listen(None, contracts, lambda market_id: {"line": ()})
    for number in range(30):
        for name in names:
            opened.tapes[name].hear_mark(100.0, START + number * 1000)
    yield opened
    await opened.close()


async def test_what_a_line_left_out_it_left_out_of_all_its_contracts(live: Live) -> None:
    assert dict(live.heard().listening_since_ms) == {"X/USDT:USDT": START, "Y/USDT:USDT": START}
    live.tapes["X"].hear_mark(101.0, START + 200_000)
    assert dict(live.heard().listening_since_ms) == {"X/USDT:USDT": START + 200_000}
    live.tapes["Y"].hear_mark(101.0, START + 201_000)
    assert live.heard().listening_since_ms["Y/USDT:USDT"] == START + 201_000


async def test_one_contract_that_rests_does_not_break_the_others(live: Live) -> None:
    for number in range(30, 300):
        live.tapes["X"].hear_mark(100.0, START + number * 1000)
    live.tapes["Y"].hear_mark(100.0, START + 300_000)
    assert live.heard().listening_since_ms["X/USDT:USDT"] == START
