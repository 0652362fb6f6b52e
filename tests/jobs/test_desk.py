"""The desk: which pairs stay warm, and what a window may rest on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from stage import BTC, MINUTE, NOW, Clock, HerePool, ToldVenue, failing, zone
from test_refresh import past

from bot.jobs import desk as desks
from bot.jobs.desk import MISSED_SECONDS, MOST_ASKED_FOR, Desk
from bot.jobs.kept_model import KeptModel
from bot.jobs.pair_watch import PairWatch
from bot.jobs.refresh import Refresher
from bot.liquidation.absence import ShortHistory
from bot.liquidation.side import Side
from bot.liquidation.told_zones import mass_in
from bot.liquidation.windows import DAY_MS, HOUR_MS, covering
from bot.market.forced_orders import ForcedOrder, Heard
from bot.market.lanes import Lane, lane
from bot.store.database import Database
from bot.wording.buttons import line_of
from bot.wording.liquidations_text import MOST_LISTED, SideSum
from bot.wording.refusal import Refusal, VenueNotRead


class LaneVenue(ToldVenue):
    """Remembers in which lane it was asked."""

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name, clock)
        self.lanes: list[Lane] = []

    async def history(self, symbol: str, since_ms: int, until_ms: int) -> Any:  # noqa: ANN401
        self.lanes.append(lane())
        return await super().history(symbol, since_ms, until_ms)


class Room:
    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.binance, self.okx = LaneVenue("binance", self.clock), ToldVenue("okx", self.clock)
        self.binance.histories, self.okx.histories = [past(1)], [past(2)]
        venues = {"binance": self.binance, "okx": self.okx}
        pool = cast(Any, HerePool())
        refresher = Refresher(venues, cast(Any, self.clock), pool, database)
        self.desk = Desk(venues, refresher, pool, cast(Any, None))


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[Room]:
    database = Database.open(sqlite_url)
    yield Room(database)
    await database.close()


def symbol(number: int) -> str:
    return f"COIN{number}/USDT:USDT"


async def test_pairs_that_were_only_asked_for_are_few_and_the_latest(room: Room) -> None:
    room.binance.histories = room.okx.histories = failing("okx")
    room.desk.keep({BTC})
    for number in range(MOST_ASKED_FOR + 5):
        await room.desk.watch(symbol(number))
    assert set(room.desk.watches) == {BTC, *(symbol(number) for number in range(5, MOST_ASKED_FOR + 5))}


async def test_asking_again_keeps_a_pair_warm(room: Room) -> None:
    room.binance.histories = room.okx.histories = failing("okx")
    await room.desk.watch(symbol(0))
    for number in range(1, MOST_ASKED_FOR + 5):
        await room.desk.watch(symbol(number))
        await room.desk.watch(symbol(0))
    assert symbol(0) in room.desk.watches


async def test_a_pair_that_is_not_kept_any_more_is_forgotten_with_the_next_wishes(room: Room) -> None:
    room.desk.keep({BTC, symbol(1)})
    room.desk.watches[symbol(1)].last_asked = -1e9
    room.desk.keep({BTC})
    assert room.desk.watched == (BTC,)


async def test_refreshing_a_forgotten_pair_does_nothing(room: Room) -> None:
    await room.desk.refresh(symbol(7))
    assert room.desk.watched == ()


async def test_pairs_that_are_kept_go_first(room: Room) -> None:
    room.desk.keep({BTC})
    await room.desk.refresh(BTC)
    await room.desk.watch(symbol(1))
    await room.desk.refresh(symbol(1))
    await room.desk.refresh(BTC)
    assert room.binance.lanes == [Lane.KEPT_FIRST, Lane.FIRST, Lane.UPDATE, Lane.KEPT]


async def test_a_venue_that_does_not_reach_back_is_left_out_of_the_window_and_named(room: Room) -> None:
    room.okx.histories = [past(2).after(NOW - 6 * HOUR_MS)]
    shown = await room.desk.view(BTC, "24h")
    assert [share.venue for share in shown.found.venues] == ["binance"]
    assert shown.found.reasons == {"okx": ShortHistory(6 * HOUR_MS)}


async def test_a_window_that_no_venue_covers_is_refused(room: Room) -> None:
    with pytest.raises(Refusal) as refused:
        await room.desk.view(BTC, "7d")
    assert refused.value.sentence == (
        "7d cannot be drawn: open interest is known for 1 d 2 h on Binance, 1 d 2 h on OKX. "
        "These can: 12h, 24h."
    )
    lines = [line_of(key.data) for row in refused.value.keyboard for key in row]
    assert lines == [f"map {BTC} 12h", f"map {BTC} 24h", f"map {BTC}"]


async def test_a_pair_stored_with_a_shorter_history_goes_on_and_its_longer_windows_are_refused(
    room: Room,
) -> None:
    await room.desk.view(BTC)
    del room.desk.watches[BTC]
    room.binance.histories = room.okx.histories = [past(1)]
    assert len((await room.desk.view(BTC, "24h")).found.venues) == 2
    assert room.binance.since[1:] == [NOW], "only the gap is fetched"
    with pytest.raises(Refusal, match="1y cannot be drawn: open interest is known for 1 d 2 h on Binance"):
        await room.desk.view(BTC, "1y")


async def test_a_refused_window_of_one_venue_offers_that_venues_windows(room: Room) -> None:
    room.okx.histories = [past(2).after(NOW - 6 * HOUR_MS)]
    with pytest.raises(Refusal) as refused:
        await room.desk.view(BTC, "24h", "okx")
    assert refused.value.sentence == (
        "24h cannot be drawn: open interest is known for 6 h on OKX. Everything that is open can."
    )
    assert [line_of(key.data) for row in refused.value.keyboard for key in row] == [f"map {BTC} okx"]


async def test_a_map_says_how_old_it_is_where_all_its_venues_know(room: Room) -> None:
    ((span_ms, share),) = (await room.desk.view(BTC)).found.ages
    assert span_ms == DAY_MS
    assert 0 < share < 1
    assert (await room.desk.view(BTC, "24h")).found.ages == ()


async def test_a_map_comes_without_its_ages_where_the_workers_are_busy(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.desk.view(BTC)

    async def busy(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(room.desk.workers, "run", busy)
    shown = await room.desk.view(BTC)
    assert len(shown.found.venues) == 2
    assert shown.found.ages == ()


def test_a_history_may_begin_a_little_later_than_the_window() -> None:
    begins = {
        "binance": NOW - DAY_MS,
        "okx": NOW - round(0.985 * DAY_MS),
        "bybit": NOW - round(0.97 * DAY_MS),
    }
    assert covering(begins, DAY_MS, NOW) == ("binance", "okx")


async def test_where_a_zone_comes_from_is_read_on_the_venues_of_the_map(room: Room) -> None:
    shown = await room.desk.view(BTC)
    price = shown.found.price
    told = replace(zone(), low=price * 1.002, high=price * 1.03)
    origin = await room.desk.origin(shown, told)
    assert [part.venue for part in origin.parts] == ["binance", "okx"]
    assert origin.quantity_base == pytest.approx(mass_in(shown.found, told), rel=0.02)
    assert sum(one.share for one in origin.spells()) + origin.earlier_share == pytest.approx(1)


async def test_what_is_believed_is_told_for_the_venues_of_the_map(room: Room) -> None:
    everywhere = await room.desk.beliefs(await room.desk.view(BTC))
    assert [one.venue for one in everywhere] == ["binance", "okx"]
    assert {one.as_of_ms for one in everywhere} == {NOW}
    (only,) = await room.desk.beliefs(await room.desk.view(BTC, venue="okx"))
    assert only == everywhere[1]


async def test_a_zones_name_is_looked_for_in_every_watched_pair(room: Room) -> None:
    for name, zones in ((BTC, ("Z1", "Z2")), (symbol(1), ("Z2",)), (symbol(2), ())):
        model = KeptModel(name, zones=tuple(zone(one) for one in zones))
        room.desk.watches[name] = PairWatch(name, model)
    assert room.desk.pairs_with("Z1") == (BTC,)
    assert room.desk.pairs_with("Z2") == (BTC, symbol(1))
    assert room.desk.pairs_with("Z3") == ()


async def listen(room: Room, orders: int, since_ms: int, venue: str = "okx") -> None:
    told = tuple(ForcedOrder(BTC, NOW - at * MINUTE, Side.LONG, 97.0, 97.4, 2.0) for at in range(orders))
    room.desk.venues[venue].told = Heard(NOW, told, {BTC: since_ms})  # type: ignore[attr-defined]
    await room.desk.refresher.recorder.flush()


async def test_liquidations_are_told_by_venue_with_what_was_listened_to(room: Room) -> None:
    await room.desk.view(BTC)
    await listen(room, 90, NOW - 5 * HOUR_MS)
    told = await room.desk.liquidations(BTC, "24h")
    assert [venue.venue for venue in told.venues] == ["binance", "okx"]
    binance, okx = told.venues
    assert (binance.since_ms, okx.since_ms) == (None, NOW - 5 * HOUR_MS)
    assert [(span.window, span.heard_ms) for span in okx.spans] == [("1h", HOUR_MS), ("24h", 5 * HOUR_MS)]
    assert [span.longs for span in okx.spans] == [SideSum(61, 61 * 194.0), SideSum(90, 90 * 194.0)]
    assert okx.spans[0].shorts == SideSum()
    assert len(told.newest) == MOST_LISTED
    assert told.newest[0].stamp_ms == NOW
    assert told.tick_size == 0.1


async def test_the_newest_of_all_venues_are_in_order_of_time(room: Room) -> None:
    await listen(room, 3, NOW - HOUR_MS)
    await listen(room, 2, NOW - HOUR_MS, "binance")
    told = await room.desk.liquidations(BTC, "12h")
    assert [NOW - one.stamp_ms for one in told.newest] == [0, 0, MINUTE, MINUTE, 2 * MINUTE]
    only = await room.desk.liquidations(BTC, "12h", "okx")
    assert {one.venue for one in only.newest} == {"okx"}
    assert [venue.venue for venue in only.venues] == ["okx"]


async def test_asking_for_liquidations_has_a_pair_watched_without_waiting_for_its_map(room: Room) -> None:
    told = await room.desk.liquidations(BTC, "24h")
    assert room.desk.watched == (BTC,)
    assert room.binance.asked == 0
    assert all(venue.since_ms is None for venue in told.venues)


async def test_liquidations_on_a_venue_that_does_not_list_the_pair_are_refused(room: Room) -> None:
    with pytest.raises(Refusal, match=r"OKX does not list DOGE/USDT\."):
        await room.desk.liquidations("DOGE/USDT:USDT", "24h", "okx")


async def test_a_venue_that_is_not_read_is_named_with_those_that_are(room: Room) -> None:
    sentence = r"Gate is not read by this bot; it reads Binance, OKX\."
    with pytest.raises(VenueNotRead, match=sentence):
        await room.desk.liquidations(BTC, "24h", "gate")
    with pytest.raises(VenueNotRead, match=sentence):
        await room.desk.view(BTC, venue="gate")
    with pytest.raises(VenueNotRead, match=sentence):
        await room.desk.view_at(BTC, NOW - 60 * MINUTE, venue="gate")


async def test_what_the_model_knows_of_reported_and_crossed_is_told(room: Room) -> None:
    """Quantities were heard all the last day, and the map said that positions were crossed."""
    await listen(room, 600, NOW - 25 * HOUR_MS)
    await room.desk.view(BTC)
    binance, okx = (await room.desk.liquidations(BTC, "24h")).venues
    assert binance.realised_ratio is None
    assert okx.realised_ratio is not None
    assert okx.realised_ratio > 0


async def test_a_market_list_without_a_watched_pair_is_soon_asked_for_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another list is good for hours."""
    loads = []

    async def load() -> None:
        loads.append(room.binance.name)

    monkeypatch.setattr(room.binance, "load", load)
    wall = [1e6]
    monkeypatch.setattr(desks, "time", SimpleNamespace(monotonic=lambda: wall[0]))
    await room.desk.watch(BTC)
    await room.desk.load_venues()
    wall[0] += MISSED_SECONDS + 1
    await room.desk.load_venues()
    assert len(loads) == 1
    watch = room.desk.watches[BTC]
    room.desk.watches[symbol(1)] = replace(watch, symbol=symbol(1))
    await room.desk.load_venues()
    await room.desk.load_venues()
    assert len(loads) == 2
    wall[0] += MISSED_SECONDS + 1
    await room.desk.load_venues()
    assert len(loads) == 3
