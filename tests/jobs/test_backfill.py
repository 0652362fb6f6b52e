"""The long past of a new pair comes in the background, page by page, and the map becomes whole by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, contract, failing

from bot.jobs.desk import Desk
from bot.jobs.kept_model import KeptModel
from bot.jobs.pair_watch import PairWatch
from bot.jobs.pruning import Pruner
from bot.jobs.refresh import Refresher
from bot.jobs.tasks import unpacked
from bot.liquidation.history import History
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.reading import Reading
from bot.liquidation.windows import DAY_MS, HOUR_MS
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.market import page_plan
from bot.market.candles import Stretch
from bot.store import backfill_pages, pairs, readings, zone_events
from bot.store.database import Database
from bot.wording.absence_text import absence_text
from bot.wording.refusal import Refusal

DAYS = 7
BEGINS = {ZoneEventKind.BORN, ZoneEventKind.SPLIT}
ENDS = {ZoneEventKind.SWEPT, ZoneEventKind.MERGED, ZoneEventKind.FADED}
REACH = {"binance": 4 * DAY_MS, "okx": 6 * DAY_MS}
FIVE = 5 * MINUTE
LAST_DAY = NOW - DAY_MS
RECENT_MS = 2 * DAY_MS
RECENT_FROM = NOW - RECENT_MS


def market(seed: int) -> list[History]:
    """Five minutes and minutes of one walk, as a venue tells it in one go; the minutes go on for a while."""
    chance = np.random.default_rng(seed)
    price, interest, parts = 100.0, 1000.0, []
    for span_ms, begin, end in (FIVE, NOW - DAYS * DAY_MS, LAST_DAY), (MINUTE, LAST_DAY, NOW + HOUR_MS):
        count = (end - begin) // span_ms
        close = price * np.exp(np.cumsum(chance.normal(0, 0.0006 * np.sqrt(span_ms / MINUTE), count)))
        opened = np.r_[price, close[:-1]]
        known = interest * np.exp(np.cumsum(chance.normal(0, 0.002, count)))
        start = begin + span_ms * np.arange(count, dtype=np.int64)
        high, low = np.maximum(opened, close), np.minimum(opened, close)
        parts.append(History(span_ms, start, opened, high, low, close, np.ones(count), known))
        price, interest = close[-1], known[-1]
    return parts


class Scene:
    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self.database, self.clock = database, clock or Clock()
        self.binance, self.okx = ToldVenue("binance", self.clock), ToldVenue("okx", self.clock)
        for seed, venue in enumerate((self.binance, self.okx)):
            venue.histories = venue.past = market(seed)
        venues = {"binance": self.binance, "okx": self.okx}
        for name, venue in venues.items():
            venue.interest_reach_ms = REACH[name]
        self.refresher = Refresher(venues, cast(Any, self.clock), cast(Any, HerePool()), database)
        self.watch = PairWatch(BTC, KeptModel(BTC))

    async def refresh(self, minutes: int = 0) -> None:
        self.clock.now += minutes * MINUTE
        await self.refresher.refresh(self.watch)

    async def read_all(self) -> None:
        """Until the background has nothing more to do."""
        while running := [task for task in self.watch.readers.values() if not task.done()]:
            await asyncio.wait(running)

    async def complete(self) -> None:
        """The model has taken over all that can be read now, and a minute passes."""
        await self.read_all()
        await self.refresh(1)

    def begins(self, venue: str) -> int:
        return self.watch.model.inventories[venue].covers_from_ms

    def built_in_one_go(self) -> PairModel:
        model = PairModel(BTC)
        told = {venue.name: venue for venue in (self.binance, self.okx)}
        contracts = {name: contract(name) for name in told}
        since = {name: NOW - venue.interest_reach_ms for name, venue in told.items()}
        histories = {
            name: [part.after(since[name]).until(NOW) for part in market(n)] for n, name in enumerate(told)
        }
        take_in(model, contracts, histories)
        later = {
            name: [part.after(NOW).until(self.clock.now) for part in market(n)] for n, name in enumerate(told)
        }
        model.advance(contracts, later)
        return model


@pytest.fixture
async def scene(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(page_plan, "RECENT_MS", RECENT_MS)
    monkeypatch.setattr(page_plan, "FINE_PAGE_MS", DAY_MS)
    database = Database.open(sqlite_url)
    shown = Scene(database)
    yield shown
    await ended(shown.watch)
    await database.close()


async def ended(watch: PairWatch) -> None:
    watch.end()
    await asyncio.gather(*watch.readers.values(), return_exceptions=True)


async def test_a_first_map_rests_on_the_last_days_and_says_how_much_is_read(scene: Scene) -> None:
    scene.binance.past = scene.okx.past = failing("okx")
    await scene.refresh()
    assert scene.watch.built
    assert scene.binance.since == scene.okx.since == [RECENT_FROM]
    assert scene.begins("binance") == RECENT_FROM
    assert scene.watch.loading(NOW) == {"binance": 2 / 4, "okx": 2 / 6}


async def test_pages_come_newest_first_and_the_share_read_grows_with_them(scene: Scene) -> None:
    shares: list[float] = []
    told = scene.okx.page

    async def page(symbol: str, page: Stretch, now_ms: int) -> History:
        shares.append(scene.watch.loading(NOW)["okx"])
        return await told(symbol, page, now_ms)

    scene.okx.page = page  # type: ignore[method-assign]
    await scene.refresh()
    await scene.read_all()
    asked = scene.okx.pages
    assert asked[0].end_ms == RECENT_FROM
    assert all(later.start_ms == earlier.end_ms for later, earlier in pairwise(asked))
    assert asked[-1] == Stretch(FIVE, NOW - REACH["okx"], NOW - 5 * DAY_MS)
    assert shares == pytest.approx([days / 6 for days in range(2, 6)])


async def test_the_complete_map_is_the_one_built_in_one_go(scene: Scene) -> None:
    await scene.refresh()
    await scene.refresh(2)
    await scene.complete()
    whole, at_once = unpacked(scene.watch.model), scene.built_in_one_go()
    assert scene.begins("binance") == NOW - REACH["binance"]
    assert scene.begins("okx") == NOW - REACH["okx"]
    np.testing.assert_allclose(whole.map().mass, at_once.map().mass, rtol=1e-9, atol=1e-9)
    for found, expected in zip(whole.zones, at_once.zones, strict=True):
        assert (found.low, found.high) == (expected.low, expected.high)
        assert found.percentile == pytest.approx(expected.percentile, abs=1)


async def test_when_it_is_complete_nothing_is_kept_of_the_pages(scene: Scene) -> None:
    await scene.refresh()
    async with scene.database.read() as tx:
        assert set(await backfill_pages.reaches(tx, BTC)) == {"binance", "okx"}
    await scene.complete()
    assert (scene.watch.pasts, scene.watch.whole, scene.watch.loading(NOW)) == ({}, None, {})
    async with scene.database.read() as tx:
        assert await backfill_pages.reaches(tx, BTC) == {}
    asked = len(scene.okx.pages)
    await scene.refresh(1)
    await scene.read_all()
    assert len(scene.okx.pages) == asked


async def test_zones_keep_their_names_where_they_are_still_there(scene: Scene) -> None:
    await scene.refresh()
    before = {zone.id: zone for zone in scene.watch.model.zones}
    await scene.complete()
    after = {zone.id: zone for zone in scene.watch.model.zones}
    kept = before.keys() & after.keys()
    assert len(kept) >= len(before) / 2
    for name in kept:
        assert before[name].side == after[name].side
        assert before[name].low < after[name].high
        assert after[name].low < before[name].high
    for zone in (after[name] for name in after.keys() - before.keys()):
        assert not any(
            zone.side == old.side and zone.low < old.high and old.low < zone.high and name not in after
            for name, old in before.items()
        ), "a zone that was there has another name"


async def test_a_restart_in_the_middle_asks_for_no_page_twice(scene: Scene) -> None:
    told = scene.okx.page

    hung = asyncio.Event()

    async def three(symbol: str, page: Stretch, now_ms: int) -> History:
        if len(scene.okx.pages) == 3:
            hung.set()
            await asyncio.sleep(60)
        return await told(symbol, page, now_ms)

    scene.okx.page = three  # type: ignore[method-assign]
    await scene.refresh()
    await asyncio.wait_for(hung.wait(), 10)
    await asyncio.wait([scene.watch.readers["binance"]])
    await ended(scene.watch)
    reborn = Scene(scene.database, scene.clock)
    await reborn.refresher.restore(reborn.watch)
    assert reborn.watch.loading(NOW)["okx"] == pytest.approx(5 / 6)
    await reborn.refresh(1)
    await reborn.complete()
    assert reborn.binance.pages == []
    assert reborn.okx.since[0] == NOW, "only the gap is fetched"
    asked = [*scene.okx.pages[:3], *reborn.okx.pages]
    assert all(later.start_ms == earlier.end_ms for later, earlier in pairwise(asked))
    at_once = reborn.built_in_one_go()
    np.testing.assert_allclose(
        unpacked(reborn.watch.model).map().mass, at_once.map().mass, rtol=1e-9, atol=1e-9
    )


async def test_a_page_that_fails_is_asked_again_and_the_others_are_not(scene: Scene) -> None:
    scene.okx.past = failing("okx")
    await scene.refresh()
    await scene.read_all()
    assert len(scene.okx.pages) == 1
    scene.okx.past = market(1)
    scene.refresher.resting.recovered(("okx", BTC, "past"))
    await scene.refresh(1)
    await scene.read_all()
    assert scene.okx.pages[0] == scene.okx.pages[1]
    assert len(set(scene.okx.pages)) == len(scene.okx.pages) - 1
    await scene.refresh(1)
    assert scene.begins("okx") == NOW - REACH["okx"]


async def test_a_venue_that_fails_does_not_hold_up_the_history_of_another(scene: Scene) -> None:
    scene.okx.past = failing("okx")
    await scene.refresh()
    await scene.complete()
    assert scene.begins("binance") == NOW - REACH["binance"]
    assert scene.begins("okx") == RECENT_FROM
    assert set(scene.watch.loading(NOW)) == {"okx"}
    assert scene.watch.troubles == {}
    scene.okx.past = market(1)
    scene.refresher.resting.recovered(("okx", BTC, "past"))
    await scene.refresh(1)
    await scene.complete()
    assert scene.watch.pasts == {}
    at_once = scene.built_in_one_go()
    np.testing.assert_allclose(
        unpacked(scene.watch.model).map().mass, at_once.map().mass, rtol=1e-9, atol=1e-9
    )


async def test_a_young_contract_is_complete_at_once(scene: Scene) -> None:
    for venue in (scene.binance, scene.okx):
        venue.histories = [part.after(NOW - DAY_MS) for part in market(0)]
    await scene.refresh()
    assert scene.watch.loading(NOW) == {}
    assert scene.binance.pages == scene.okx.pages == []
    async with scene.database.read() as tx:
        assert await backfill_pages.reaches(tx, BTC) == {}
        assert await pairs.load_checkpoint(tx, BTC) is not None


async def test_where_a_contract_began_nothing_older_is_asked_for(scene: Scene) -> None:
    scene.okx.past = [part.after(NOW - 3 * DAY_MS) for part in market(1)]
    await scene.refresh()
    await scene.read_all()
    assert [page.end_ms for page in scene.okx.pages] == [RECENT_FROM, NOW - 3 * DAY_MS]
    await scene.complete()
    assert scene.begins("okx") == NOW - 3 * DAY_MS
    assert scene.watch.pasts == {}


async def test_first_maps_of_all_pairs_come_before_the_history_of_any(scene: Scene) -> None:
    scene.binance.seconds = scene.okx.seconds = 0.01
    order: list[str] = []
    history, told = scene.okx.history, scene.okx.page

    async def first(symbol: str, since_ms: int, until_ms: int) -> Any:  # noqa: ANN401
        order.append("first")
        return await history(symbol, since_ms, until_ms)

    async def later(symbol: str, page: Stretch, now_ms: int) -> History:
        order.append("page")
        return await told(symbol, page, now_ms)

    scene.okx.history, scene.okx.page = first, later  # type: ignore[method-assign]
    watches = [
        PairWatch(f"COIN{number}/USDT:USDT", KeptModel(f"COIN{number}/USDT:USDT")) for number in range(5)
    ]
    await asyncio.gather(*(scene.refresher.refresh(watch) for watch in watches))
    await asyncio.gather(*(ended(watch) for watch in watches))
    assert order.count("first") == len(watches)
    assert "page" not in order[: len(watches)]


def with_hole(part: History, begin_ms: int, end_ms: int) -> list[History]:
    return [part.until(begin_ms), part.after(end_ms)]


async def test_a_gap_in_a_page_is_filled_where_the_venue_has_it_again_before_the_build(scene: Scene) -> None:
    hole = NOW - 3 * DAY_MS - HOUR_MS, NOW - 3 * DAY_MS + HOUR_MS  # over the edge of two pages
    whole, told = market(1), scene.okx.page
    scene.okx.past = [*with_hole(whole[0], *hole), whole[1]]

    async def page(symbol: str, page: Stretch, now_ms: int) -> History:
        found = await told(symbol, page, now_ms)
        scene.okx.past = whole if scene.watch.pasts["okx"].read_from_ms <= hole[0] else scene.okx.past
        return found

    scene.okx.page = page  # type: ignore[method-assign]
    await scene.refresh()
    await scene.complete()
    assert Stretch(FIVE, *hole) in scene.okx.pages
    at_once = scene.built_in_one_go()
    np.testing.assert_allclose(unpacked(scene.watch.model).map().mass, at_once.map().mass, rtol=1e-9)


async def test_a_gap_that_the_venue_does_not_fill_holds_nothing_up(scene: Scene) -> None:
    whole = market(1)
    scene.okx.past = [*with_hole(whole[0], NOW - 4 * DAY_MS, NOW - 4 * DAY_MS + HOUR_MS), whole[1]]
    await scene.refresh()
    await scene.complete()
    assert scene.begins("okx") == NOW - REACH["okx"]
    assert scene.watch.pasts == {}


class Room:
    """A desk over the scene."""

    def __init__(self, scene: Scene) -> None:
        pool = cast(Any, HerePool())
        venues = {"binance": scene.binance, "okx": scene.okx}
        self.desk = Desk(venues, scene.refresher, pool, cast(Any, None))
        self.desk.watches[BTC] = scene.watch


async def test_a_window_that_is_not_there_yet_is_refused_with_how_much_is_loaded(scene: Scene) -> None:
    scene.binance.past = scene.okx.past = failing("okx")
    desk = Room(scene).desk
    assert len((await desk.view(BTC, "24h")).found.venues) == 2
    with pytest.raises(Refusal) as refused:
        await desk.view(BTC, "3d")
    assert refused.value.sentence.startswith(
        "3d cannot be drawn: open interest is known for 2 d on Binance (still being loaded, 50%), "
        "2 d on OKX (still being loaded, 33%). These can: 12h, 24h"
    )
    assert dict((await desk.view(BTC)).found.loading) == {"binance": 2 / 4, "okx": 2 / 6}
    states = {state.venue: state.pairs[0].loaded for state in desk.venue_states()}
    assert states == {"binance": 2 / 4, "okx": 2 / 6}


async def test_a_window_is_drawn_from_the_venue_whose_history_is_there(scene: Scene) -> None:
    scene.okx.past = failing("okx")
    desk = Room(scene).desk
    await desk.view(BTC)
    await scene.complete()
    shown = await desk.view(BTC, "3d")
    assert [share.venue for share in shown.found.venues] == ["binance"]
    assert list(shown.found.reasons) == ["okx"]
    assert absence_text(shown.found.reasons["okx"]) == "its history is still being loaded (33%)"


async def test_pages_of_a_pair_that_nobody_wants_any_more_go_with_its_model(scene: Scene) -> None:
    scene.binance.past = scene.okx.past = failing("okx")
    desk = Room(scene).desk
    await scene.refresh()
    await ended(scene.watch)
    scene.clock.now += 8 * DAY_MS
    desk.kept = {BTC}
    await Pruner(scene.database, desk).tick()
    async with scene.database.read() as tx:
        assert await backfill_pages.reaches(tx, BTC) != {}, "it is watched"
    desk.kept = set()
    await Pruner(scene.database, desk).tick()
    async with scene.database.read() as tx:
        assert await backfill_pages.reaches(tx, BTC) == {}
        assert await pairs.load_checkpoint(tx, BTC) is None


async def past_of(scene: Scene) -> tuple[list[Reading], list[ZoneEvent]]:
    async with scene.database.read() as tx:
        return await readings.since(tx, BTC, 0), await zone_events.of_symbol(tx, BTC, 0)


def each_zone_lives_once(events: list[ZoneEvent]) -> None:
    """Born first, gone last, and at most price comes back through it then."""
    for name in {one.zone_id for one in events}:
        life = [one.kind for one in events if one.zone_id == name]
        assert life[0] in BEGINS
        assert not BEGINS & set(life[1:])
        ends = [at for at, kind in enumerate(life) if kind in ENDS]
        assert len(ends) <= 1
        assert not ends or set(life[ends[0] + 1 :]) <= {ZoneEventKind.RETURNED}


async def test_the_first_map_of_a_pair_comes_with_readings_of_its_last_hours(scene: Scene) -> None:
    scene.binance.past = scene.okx.past = failing("okx")
    await scene.refresh()
    past, events = await past_of(scene)
    day = range(RECENT_FROM + DAY_MS, NOW, HOUR_MS)
    assert [one.as_of_ms for one in past] == list(day)
    assert all(one.steepness and one.imbalance and one.zones for one in past)
    assert scene.watch.reading is not None
    assert scene.watch.reading.zones == scene.watch.model.zones
    assert all(zone.shown_by for zone in scene.watch.reading.zones)
    each_zone_lives_once(events)


async def test_the_readings_reach_back_as_far_as_what_was_read_and_zones_have_one_name(scene: Scene) -> None:
    await scene.refresh()
    before = {zone.id: zone for zone in scene.watch.model.zones}
    await scene.complete()
    past, events = await past_of(scene)
    stamps = [one.as_of_ms for one in past]
    assert stamps == list(range(NOW - REACH["okx"] + DAY_MS, NOW, HOUR_MS))
    each_zone_lives_once(events)
    last = {zone.id: zone for zone in past[-1].zones}
    now = {zone.id: zone for zone in scene.watch.model.zones}
    assert before.keys() & now.keys()
    for name in last.keys() & now.keys():
        assert last[name].side == now[name].side
        assert last[name].born_ms == now[name].born_ms
    assert {one.zone_id for one in events} >= {zone.id for one in past for zone in one.zones}


async def test_what_is_stored_of_readings_and_events_outlives_a_restart(scene: Scene) -> None:
    await scene.refresh()
    await scene.complete()
    before = await past_of(scene)
    reborn = Scene(scene.database, scene.clock)
    await reborn.refresher.restore(reborn.watch)
    for _ in range(10):
        await reborn.refresh(3)
    past, events = await past_of(reborn)
    assert past == before[0]
    assert events[: len(before[1])] == before[1]
    each_zone_lives_once(events)
    await ended(reborn.watch)
