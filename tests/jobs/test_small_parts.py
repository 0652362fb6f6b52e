"""Schedules, staggering, resting and workers."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.broadcast import next_due
from bot.jobs.resting import FIRST_REST_SECONDS, LONGEST_REST_SECONDS, Resting
from bot.jobs.scheduler import stagger
from bot.jobs.workers import Workers
from bot.store.destination import Destination
from bot.store.schedules import Schedule

HOUR_MS = 3_600_000


def schedule(next_due_ms: int, every_ms: int = 4 * HOUR_MS) -> Schedule:
    return Schedule(1, Destination(1), "BTC/USDT:USDT", "all", every_ms, next_due_ms, 1)


def test_a_map_that_was_sent_in_time_is_due_one_interval_later() -> None:
    assert next_due(schedule(HOUR_MS), HOUR_MS + 5) == 5 * HOUR_MS


def test_missed_times_are_not_made_up_for() -> None:
    assert next_due(schedule(0), 9 * HOUR_MS) == 12 * HOUR_MS


@given(st.integers(0, 10**13), st.integers(900_000, 7 * 24 * HOUR_MS), st.integers(0, 10**12))
def test_the_next_time_is_ahead_and_on_the_grid(due: int, every: int, late: int) -> None:
    following = next_due(schedule(due, every), due + late)
    assert following > due + late
    assert following - (due + late) <= every
    assert (following - due) % every == 0


def test_pairs_are_staggered_alike_at_every_start() -> None:
    symbols = [f"COIN{number}/USDT:USDT" for number in range(100)]
    first = [stagger(symbol, 60) for symbol in symbols]
    assert first == [stagger(symbol, 60) for symbol in symbols]
    assert all(0 <= second < 60 for second in first)
    assert len({int(second // 6) for second in first}) == 10


def test_each_failure_doubles_the_rest_up_to_a_limit() -> None:
    now = 0.0
    resting = Resting(wall=lambda: now)
    rests = []
    for _ in range(8):
        resting.failed("okx")
        begun = now
        while resting.rests("okx"):
            now += 0.5
        rests.append(now - begun)
    assert rests[:3] == [FIRST_REST_SECONDS, 2 * FIRST_REST_SECONDS, 4 * FIRST_REST_SECONDS]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_one_good_answer_ends_the_rest_and_forgets_the_failures() -> None:
    resting = Resting(wall=lambda: 0.0)
    for _ in range(5):
        resting.failed("okx")
    resting.recovered("okx")
    assert not resting.rests("okx")
    assert not resting.rests("binance")


def _die() -> None:
    os._exit(9)


def _nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


async def test_work_is_done_in_another_process() -> None:
    workers = Workers(1)
    try:
        assert await workers.run(_nap, 0.0) != os.getpid()
    finally:
        workers.close()


async def test_a_dead_worker_is_replaced() -> None:
    workers = Workers(1)
    try:
        before = await workers.run(_nap, 0.0)
        with pytest.raises(Exception, match="process pool"):
            await workers.run(_die)
        assert await workers.run(_nap, 0.0) != before
    finally:
        workers.close()
