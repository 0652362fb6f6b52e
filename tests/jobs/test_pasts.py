"""How a pair looked before: asked of the desk, refused in sentences, remembered while nothing new comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any, cast

import numpy as np
import pytest
import stage
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, zone
from test_refresh import past

from bot.jobs import tasks
from bot.jobs.desk import Desk
from bot.jobs.kept_model import KeptModel
from bot.jobs.pictures import Pictures
from bot.jobs.refresh import Refresher
from bot.liquidation.absence import ShortHistory
from bot.liquidation.liquidation_map import DISTANCE_BINS
from bot.liquidation.past_map import BeforeKnown, PastProfile
from bot.liquidation.reading import Reading
from bot.liquidation.replay import Replay
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.stored_reading import payload_of
from bot.liquidation.windows import HOUR_MS
from bot.look import Look, Theme
from bot.store import pairs
from bot.store.database import Database
from bot.wording.buttons import line_of
from bot.wording.numbers import stamp_text
from bot.wording.refusal import Refusal


class CountingPool(HerePool):
    """Remembers which tasks it was given."""

    def __init__(self) -> None:
        self.tasks: list[str] = []

    async def run(self, task: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - any task
        self.tasks.append(task.__name__)
        return await super().run(task, *args, **named)


class Room:
    def __init__(self, database: Database) -> None:
        self.clock, self.pool, self.database = Clock(), CountingPool(), database
        self.binance, self.okx = ToldVenue("binance", self.clock), ToldVenue("okx", self.clock)
        self.binance.histories, self.okx.histories = [past(1)], [past(2)]
        venues = {"binance": self.binance, "okx": self.okx}
        pool = cast(Any, self.pool)
        refresher = Refresher(venues, cast(Any, self.clock), pool, database)
        self.desk = Desk(venues, refresher, pool, cast(Any, None))

    async def refused(self, at_ms: int, window: str = "all", venue: str | None = None) -> Refusal:
        with pytest.raises(Refusal) as found:
            await self.desk.view_at(BTC, at_ms, window, venue)
        return found.value


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Room]:
    database = Database.open(sqlite_url)
    yield Room(database)
    await database.close()


async def test_a_heatmap_is_recalled_once_until_a_new_candle_comes(room: Room) -> None:
    shown = await room.desk.view(BTC, "24h")
    first = await room.desk.heat(shown, "24h")
    assert await room.desk.heat(await room.desk.view(BTC, "24h"), "24h") is first
    assert room.pool.tasks.count("heat") == 1
    assert first.stamp_ms[-1] == shown.found.as_of_ms
    room.clock.now += MINUTE
    await room.desk.refresh(BTC)
    later = await room.desk.heat(await room.desk.view(BTC, "24h"), "24h")
    assert later.stamp_ms[-1] == first.stamp_ms[-1] + MINUTE


async def test_each_window_venue_and_selection_has_its_own_heatmap(room: Room) -> None:
    shown = await room.desk.view(BTC, "24h")
    longs = await room.desk.heat(shown.selected(Selection(side=Side.LONG)), "24h")
    alone = await room.desk.heat(await room.desk.view(BTC, "24h", "okx"), "24h")
    both = await room.desk.heat(shown, "24h")
    half = await room.desk.heat(shown, "12h")
    assert longs.quantity[Side.SHORT].sum() == 0 < both.quantity[Side.SHORT].sum()
    assert 0 < alone.quantity.sum() < both.quantity.sum()
    assert half.window == "12h"
    assert room.pool.tasks.count("heat") == 4


async def test_old_heatmaps_are_given_up(room: Room) -> None:
    room.desk.pasts._heats.room = 1
    shown = await room.desk.view(BTC, "24h")
    for window in ("24h", "12h", "24h"):
        await room.desk.heat(shown, window)
    assert room.pool.tasks.count("heat") == 3


async def test_venues_that_do_not_reach_back_are_left_out_of_a_heatmap(room: Room) -> None:
    room.okx.histories = [past(2).after(NOW - 6 * HOUR_MS)]
    whole = await room.desk.heat(await room.desk.view(BTC), "24h")
    alone = await room.desk.heat(await room.desk.view(BTC, venue="binance"), "24h")
    assert whole.known_from_ms == alone.known_from_ms


async def test_a_heatmap_of_a_window_that_no_venue_covers_is_refused(room: Room) -> None:
    with pytest.raises(Refusal) as refused:
        await room.desk.heat(await room.desk.view(BTC), "7d")
    assert refused.value.sentence == (
        "7d cannot be drawn: open interest is known for 1 d 2 h on Binance, 1 d 2 h on OKX. "
        "These can: 12h, 24h."
    )
    with pytest.raises(Refusal) as refused:
        await room.desk.heat(await room.desk.view(BTC, venue="okx"), "30d")
    assert line_of(refused.value.keyboard[0][0].data) == f"map {BTC} 12h okx"


async def test_the_map_as_it_was_is_the_one_of_the_model_then(room: Room) -> None:
    watch = await room.desk.watch(BTC)
    then = tasks.unpacked(watch.model).map()
    room.clock.now += 20 * MINUTE
    await room.desk.refresh(BTC)
    shown = await room.desk.view_at(BTC, NOW)
    assert shown.now_ms == shown.found.as_of_ms == NOW
    assert shown.found.price == pytest.approx(then.price)
    assert shown.tick_size == 0.1
    for one, other in zip(shown.found.venues, then.venues, strict=True):
        assert one.mass.sum() == pytest.approx(other.mass.sum(), rel=0.03)
        # Bin by bin less exact: the first of its 26 hours is one row.
        assert abs(one.mass - other.mass).sum() < 0.15 * other.mass.sum()


async def test_the_zones_are_those_that_were_told_then(room: Room) -> None:
    before, later = zone("Z3"), zone("Z9")
    await room.desk.watch(BTC)
    async with room.database.begin() as tx:
        for at_ms, told in ((NOW - 5 * HOUR_MS, before), (NOW - HOUR_MS, later)):
            reading = Reading(BTC, at_ms, 100.0, 0.01, (told,))
            await pairs.save_map(tx, BTC, at_ms, payload_of(reading))
        await pairs.save_map(tx, BTC, NOW - 8 * HOUR_MS, {"zones": [asdict(before)]})
    shown = await room.desk.view_at(BTC, NOW - 4 * HOUR_MS)
    assert shown.zones == (before,)
    assert shown.reading is not None
    assert shown.reading.as_of_ms == NOW - 5 * HOUR_MS
    shown = await room.desk.view_at(BTC, NOW - 4 * HOUR_MS + MINUTE)
    assert (shown.zones, shown.reading) == ((), None)  # those of more than an hour before are not its own
    assert (await room.desk.view_at(BTC, NOW - HOUR_MS + MINUTE)).zones == (later,)
    bare = await room.desk.view_at(BTC, NOW - 8 * HOUR_MS + MINUTE)
    assert (bare.zones, bare.reading) == ((before,), None)


async def test_a_window_and_a_venue_at_a_past_moment(room: Room) -> None:
    at_ms = NOW - 2 * HOUR_MS
    whole = await room.desk.view_at(BTC, at_ms)
    part = await room.desk.view_at(BTC, at_ms, "12h", "okx")
    assert [share.venue for share in part.found.venues] == ["okx"]
    assert part.found.window == "12h"
    assert 0 < part.found.mass.sum() < whole.found.mass.sum()


async def test_what_is_to_come_is_refused(room: Room) -> None:
    refused = await room.refused(NOW + MINUTE)
    assert refused.sentence.startswith(f"{stamp_text(NOW + MINUTE)} has not come yet")


async def test_before_what_is_known_it_says_since_when(room: Room) -> None:
    begun = NOW - 26 * HOUR_MS
    for window in ("all", "12h"):
        refused = await room.refused(begun - MINUTE, window)
        assert refused.sentence == (
            f"There is no map of BTC/USDT at {stamp_text(begun - MINUTE)}: "
            f"what is known of it begins at {stamp_text(begun + HOUR_MS)}."
        )


async def test_a_window_that_reached_back_too_far_then_is_refused(room: Room) -> None:
    refused = await room.refused(NOW - 4 * HOUR_MS, "24h")
    assert refused.sentence == (
        "24h cannot be drawn: open interest is known for 22 h on Binance, 22 h on OKX. These can: 12h."
    )


async def test_a_venue_that_does_not_list_the_pair_is_refused(room: Room) -> None:
    assert "gate" in (await room.refused(NOW - HOUR_MS, venue="gate")).sentence.lower()


def test_a_model_without_open_interest_knows_no_moment() -> None:
    with pytest.raises(BeforeKnown) as told:
        tasks.maps_at(KeptModel(BTC), [NOW], [], None, "all")
    assert told.value.since_ms == 0


async def test_a_replay_is_of_each_half_hour_of_the_last_day(room: Room) -> None:
    room.clock.now += 7 * MINUTE
    shown = (await room.desk.view(BTC)).selected(Selection(side=Side.LONG))
    past = (await room.desk.last_day(shown)).moments
    stamps = [one.stamp_ms for one in past]
    assert stamps[-1] == shown.found.as_of_ms == NOW + 7 * MINUTE
    assert all(stamp % (30 * MINUTE) == 0 for stamp in stamps[:-1])
    assert len(past) == 49
    assert stamps[0] >= stamps[-1] - 24 * HOUR_MS > stamps[0] - 30 * MINUTE
    assert past[-1].profile[Side.LONG].sum() == pytest.approx(
        sum(share.mass[Side.LONG].sum() for share in shown.found.venues), rel=0.02
    )
    assert all(one.profile[Side.SHORT].sum() == 0 < one.profile[Side.LONG].sum() for one in past)


async def test_a_replay_of_less_than_a_day_is_refused(room: Room) -> None:
    room.binance.histories, room.okx.histories = [past(1).after(NOW - 6 * HOUR_MS)], []
    with pytest.raises(Refusal, match="24h cannot be drawn"):
        await room.desk.last_day(await room.desk.view(BTC))


async def test_a_pair_that_is_known_for_hardly_a_day_begins_with_what_is_known(room: Room) -> None:
    begun = NOW - 24 * HOUR_MS + 10 * MINUTE
    room.binance.histories = room.okx.histories = [past(1).after(begun)]
    found = (await room.desk.last_day(await room.desk.view(BTC))).moments
    assert found[0].stamp_ms >= begun + HOUR_MS
    assert found[0].profile.sum() > 0


async def test_a_replay_is_of_the_venues_that_are_known_for_a_day(room: Room) -> None:
    room.okx.histories = [past(2).after(NOW - 6 * HOUR_MS)]
    whole = await room.desk.view(BTC)
    assert [one.venue for one in whole.found.venues] == ["binance", "okx"]
    found = (await room.desk.last_day(whole)).shown.found
    assert [one.venue for one in found.venues] == ["binance"]
    assert found.missing == ("okx",)
    assert isinstance(found.reasons["okx"], ShortHistory)


async def test_a_day_that_is_not_known_is_refused_in_a_sentence(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def past_profiles(*_: object) -> None:
        raise BeforeKnown(NOW - HOUR_MS)

    monkeypatch.setattr(tasks, "past_profiles", past_profiles)
    shown = await room.desk.view(BTC)
    with pytest.raises(Refusal) as refused:
        await room.desk.last_day(shown)
    assert refused.value.sentence.endswith(f"what is known of it begins at {stamp_text(NOW - HOUR_MS)}.")


async def test_who_asks_for_a_past_that_is_being_recalled_shares_it(room: Room) -> None:
    shown = await room.desk.view(BTC)
    await asyncio.gather(*(room.desk.heat(shown, "24h") for _ in range(3)))
    first, *others = await asyncio.gather(*(room.desk.last_day(shown) for _ in range(3)))
    again = await room.desk.last_day(shown)
    assert all(one.moments is first.moments for one in (*others, again))
    assert [room.pool.tasks.count(name) for name in ("heat", "past_profiles")] == [1, 1]


async def test_maps_of_several_windows_are_read_without_ages(room: Room) -> None:
    await room.desk.view(BTC)
    room.pool.tasks.clear()
    found = await room.desk.window_maps(BTC, ["12h", "24h", "30d"])
    assert [one.window for one in found] == ["12h", "24h"]
    assert room.pool.tasks == ["window_map", "window_map"]
    shown = await room.desk.view(BTC, "24h")
    assert found[1].price == pytest.approx(shown.found.price)
    np.testing.assert_allclose(found[1].mass, shown.found.mass)


async def test_a_replay_is_drawn_anew_for_whatever_is_drawn_of_it(room: Room) -> None:
    drawn: list[object] = []

    class DrawingPool(HerePool):
        async def run(self, task: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - any task
            drawn.append(task)
            return b"gif"

    pictures = Pictures(cast(Any, None), cast(Any, DrawingPool()), "@bot")  # not by the painter
    day = await room.desk.last_day(await room.desk.view(BTC))
    for look in (Look(), Look(), Look(theme=Theme.LIGHT)):
        assert await pictures.replay(day, look) == b"gif"
    assert drawn == [tasks.draw_replay] * 2
    shown, moments = day.shown, day.moments
    later = (*moments, replace(moments[-1], stamp_ms=moments[-1].stamp_ms + MINUTE))
    for other in (
        replace(day, moments=later),
        replace(day, moments=moments[1:]),
        replace(day, shown=replace(shown, now_ms=shown.now_ms + 14 * MINUTE)),
        replace(day, shown=replace(shown, found=replace(shown.found, late=frozenset({"okx"})))),
        replace(day, shown=replace(shown, found=shown.found.without({"okx": "down"}))),
    ):
        drawn.clear()
        await pictures.replay(other, Look())
        assert len(drawn) == 1


def test_a_worker_draws_a_gif() -> None:
    profile = PastProfile(NOW, 100.0, np.ones((2, DISTANCE_BINS)))
    shown = Snapshot(stage.found(binance=NOW), (), 0.1, NOW)
    day = Replay(shown, (replace(profile, stamp_ms=NOW - HOUR_MS), profile))
    assert tasks.draw_replay(day, Look(), "@bot").startswith(b"GIF89a")
