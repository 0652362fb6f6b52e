"""Commands and buttons: who may change what, and what a line changes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from told_room import ADA, BEN, BTC, CHANNEL, ETH, GROUP, HOME, Scene, ToldMarket, ToldMembers

from bot.liquidation.zone import Band
from bot.store import chats, schedules, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.telegram.asking import Asking
from bot.telegram.authority import require_settings_right
from bot.telegram.rate_limit import BURST, RateLimit
from bot.telegram.room import Room
from bot.telegram.vocabulary import HOUR_MS
from bot.wording.buttons import line_of
from bot.wording.refusal import Refusal


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(Room(ToldMarket(), database, ToldMembers(), "somebot", 0))
    await database.close()


@pytest.mark.parametrize("band", list(Band))
async def test_the_band_that_was_asked_for_is_the_one_that_is_kept(scene: Scene, band: Band) -> None:
    await scene.say(f"/subscribe BTC 0.75% {band.word}")
    assert await scene.rules() == {BTC: (0.0075, band)}


async def test_what_was_not_named_stays_as_it_was(scene: Scene) -> None:
    await scene.say("/subscribe BTC 5% extreme")
    assert "nothing has changed" in (await scene.say("/subscribe BTC")).text
    await scene.say("/subscribe BTC 4%")
    assert await scene.rules() == {BTC: (0.04, Band.EXTREME)}
    await scene.say("/subscribe BTC low")
    assert await scene.rules() == {BTC: (0.04, Band.LOW)}


@pytest.mark.parametrize("line", ["/subscribe BTC nosuch", "/subscribe BTC nan%", "/subscribe ETH BTC 0%"])
async def test_a_line_with_a_slip_in_it_changes_nothing(scene: Scene, line: str) -> None:
    await scene.say("/subscribe BTC 3% low")
    with pytest.raises(Refusal):
        await scene.say(line)
    assert await scene.rules() == {BTC: (0.03, Band.LOW)}


async def test_a_venue_is_refused_where_it_would_be_ignored(scene: Scene) -> None:
    with pytest.raises(Refusal, match="all venues together"):
        await scene.say("/subscribe BTC okx 2%")
    assert await scene.rules() == {}


async def test_a_distance_without_a_leading_zero_is_a_distance(scene: Scene) -> None:
    await scene.say("/subscribe BTC .5%")
    assert await scene.rules() == {BTC: (0.005, Band.HIGH)}


async def test_distances_are_told_and_offered_exactly_as_given(scene: Scene) -> None:
    assert "<b>0.75%</b>" in (await scene.say("/subscribe BTC 0.75%")).text
    with pytest.raises(Refusal) as refused:
        await scene.say("/subscribe btcc 0.15%")
    assert line_of(refused.value.keyboard[0][0].data) == f"subscribe {BTC} 0.15%"


async def test_subscribing_switches_a_chat_on_again(scene: Scene) -> None:
    async with scene.room.database.begin() as tx:
        await chats.remember(tx, ADA, "private", now_ms=1)
        await chats.switch_off(tx, ADA, "blocked")
    await scene.say("/subscribe BTC")
    async with scene.room.database.read() as tx:
        assert len(await subscriptions.of_symbol(tx, BTC)) == 1


async def test_members_of_a_group_change_nothing(scene: Scene) -> None:
    with pytest.raises(Refusal, match="Only admins"):
        await scene.say("/subscribe BTC", GROUP, "supergroup", BEN)
    await scene.say("/subscribe BTC", GROUP, "supergroup", ADA)
    with pytest.raises(Refusal, match="Only admins"):
        await scene.tap(f"off {(await scene.only(GROUP)).id}", GROUP, "supergroup", BEN)
    assert len(await scene.rules(GROUP)) == 1


@pytest.mark.parametrize(
    ("asking", "allowed"),
    [
        (Asking("x", HOME, "private", BEN), True),
        (Asking("x", GROUP, "supergroup", BEN), False),
        (Asking("x", GROUP, "supergroup", BEN, as_chat=True), True),
        (Asking("x", CHANNEL, "channel", 0), True),
        (Asking("x", CHANNEL, "channel", BEN, tapped=7), False),
        (Asking("x", CHANNEL, "channel", ADA, tapped=7), True),
    ],
    ids=["private", "member", "anonymous admin", "channel post", "reader's tap", "admin's tap"],
)
async def test_who_may_change_settings(asking: Asking, allowed: bool) -> None:
    if allowed:
        await require_settings_right(asking, ToldMembers())
        return
    with pytest.raises(Refusal):
        await require_settings_right(asking, ToldMembers())


async def test_a_channels_alerts_are_switched_off_from_the_private_list(scene: Scene) -> None:
    await scene.say("/subscribe BTC @signals")
    listed = await scene.say("/alerts @signals")
    assert "On in @signals" in listed.text
    line = line_of(listed.keyboard[0][0].data)
    assert line is not None
    with pytest.raises(Refusal):
        await scene.tap(line, Destination(BEN), "private", BEN)
    assert "No more alerts" in await scene.tap(line, HOME, "private", ADA)
    assert await scene.rules(CHANNEL) == {}


async def test_a_button_reaches_no_alert_of_another_chat(scene: Scene) -> None:
    await scene.say("/subscribe BTC", GROUP, "supergroup", ADA)
    number = (await scene.only(GROUP)).id
    assert "off already" in await scene.tap(f"off {number}", Destination(BEN), "private", BEN)
    for line in ("off", "off x", "off 99999999999999999999", "off 1 2 3 4"):
        assert "off already" in await scene.tap(line, HOME, "private")
    assert len(await scene.rules(GROUP)) == 1


async def test_a_schedule_that_cannot_be_drawn_is_refused_at_once(scene: Scene) -> None:
    with pytest.raises(Refusal, match="no data"):
        await scene.say("/schedule BTC every 4h")


async def test_a_missing_interval_is_offered_for_the_pair_that_was_named(scene: Scene) -> None:
    with pytest.raises(Refusal, match="/schedule ETH every 4h") as refused:
        await scene.say(f"schedule {ETH}")
    assert line_of(refused.value.keyboard[0][0].data) == f"schedule {ETH} every 1h"


@pytest.mark.parametrize("line", ["/schedule btc off", "/schedule off BTC", "/schedule btc выкл"])
async def test_a_schedule_is_ended_by_the_word_off(scene: Scene, line: str) -> None:
    async with scene.room.database.begin() as tx:
        terms = {"every_ms": 4 * HOUR_MS, "next_due_ms": 1, "created_by": ADA, "now_ms": 0}
        await schedules.put(tx, HOME, BTC, "all", **terms)
    assert "BTC/USDT" in (await scene.say(line)).text
    async with scene.room.database.read() as tx:
        assert not await schedules.of_destination(tx, HOME)


async def test_off_alone_asks_which_schedule_ends(scene: Scene) -> None:
    with pytest.raises(Refusal, match="Which pair") as refused:
        await scene.say("/schedule off")
    assert line_of(refused.value.keyboard[0][0].data) == f"unschedule {BTC}"


async def test_with_an_interval_off_is_a_coin(scene: Scene) -> None:
    with pytest.raises(Refusal, match="No market off"):
        await scene.say("/schedule off every 4h")


def test_a_person_has_so_many_questions_and_one_warning_a_minute() -> None:
    now = 0.0
    limit = RateLimit(clock=lambda: now)
    assert [limit.allows(ADA) for _ in range(BURST + 2)] == [True] * BURST + [False] * 2
    assert limit.allows(BEN)
    assert [limit.may_warn(ADA), limit.may_warn(ADA)] == [True, False]
    now = 61.0
    assert limit.allows(ADA)
    assert limit.may_warn(ADA)


async def test_score_is_told_of_a_pair_or_of_all_with_buttons_for_both(scene: Scene) -> None:
    every, pair = await scene.say("/score"), await scene.say("/score BTC")
    assert every.text.startswith("<b>Score · all pairs</b>")
    assert [one.data for row in every.keyboard for one in row] == [f"1|score {BTC}", f"1|score {ETH}"]
    assert pair.text.startswith("<b>Score · BTC/USDT</b>")
    assert "1|score" in [one.data for row in pair.keyboard for one in row]
    with pytest.raises(Refusal):
        await scene.say("/score nothing")
