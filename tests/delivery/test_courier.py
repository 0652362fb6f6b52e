"""What the courier does with each answer, told by what is in the store afterwards."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from scripted_sender import Round, look, put
from store_samples import BTC, GROUP, HOME, MINUTE, NOW, RULES, TOPIC, letter
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.delivery.courier import AT_ONCE, DeliveryImpossibleError
from bot.delivery.outcome import Verdict
from bot.delivery.settlement import UNSURE_PAUSE_MS
from bot.store import chats, outbox, outbox_counts, pictures, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind, LetterState


@pytest.fixture
def round_(database: Database) -> Round:
    return Round(database)


def refused_connection() -> NetworkError:
    error = NetworkError("httpx.ConnectError: refused")
    error.__cause__ = httpx.ConnectError("refused")
    return error


async def test_a_letter_is_sent_and_marked(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    found = await look(round_, one)
    assert (found.state, found.message_id, found.settled_ms) == (LetterState.SENT, 1, NOW)
    assert round_.sender.calls[0][1] == "<b>one</b>"


async def test_a_chat_gets_its_letters_in_order(round_: Round) -> None:
    await put(round_, *(letter(str(number)) for number in range(6)))
    round_.sender.failures = [refused_connection()]
    await round_.run()
    round_.now_ms += MINUTE
    await round_.run()
    assert sorted(set(round_.sender.names)) == [str(number) for number in range(6)]
    assert round_.sender.names[1:] == ["1", "2", "3", "4", "5", "0"]


async def test_what_surely_was_not_sent_is_tried_until_it_gets_through(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    round_.sender.failures = [refused_connection() for _ in range(30)]
    for _ in range(31):
        await round_.run()
        round_.now_ms += MINUTE
    found = await look(round_, one)
    assert (found.state, found.attempts, found.unsure) == (LetterState.SENT, 31, 0)


async def test_an_unsure_alert_is_tried_once_more_after_a_pause(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    round_.sender.failures = [TimedOut()]
    await round_.run()
    assert (await look(round_, one)).due_ms == NOW + UNSURE_PAUSE_MS
    assert len(round_.sender.calls) == 1
    round_.now_ms += UNSURE_PAUSE_MS
    await round_.run()
    found = await look(round_, one)
    assert (found.state, found.unsure, len(round_.sender.calls)) == (LetterState.SENT, 1, 2)


async def test_a_twice_unsure_alert_is_given_up_with_its_reason(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    round_.sender.failures = [TimedOut(), TimedOut("again")]
    await round_.run()
    round_.now_ms += UNSURE_PAUSE_MS
    await round_.run()
    round_.now_ms += MINUTE
    await round_.run()
    found = await look(round_, one)
    assert (found.state, found.unsure, found.last_error) == (LetterState.DEAD, 2, "TimedOut: again")
    assert len(round_.sender.calls) == 2


async def test_an_unsure_scheduled_map_is_not_repeated(round_: Round) -> None:
    (one,) = await put(round_, letter("map", kind=Kind.SCHEDULED))
    round_.sender.failures = [TimedOut()]
    await round_.run()
    round_.now_ms += MINUTE
    await round_.run()
    assert (await look(round_, one)).state is LetterState.DEAD
    assert len(round_.sender.calls) == 1


async def test_an_outage_does_not_use_up_the_letters_behind_the_first(round_: Round) -> None:
    """Until Telegram answers a probe, nothing more is risked."""
    ids = await put(round_, *(letter(str(chat), Destination(chat)) for chat in range(1, 31)))
    round_.sender.failures = [TimedOut() for _ in range(10)]
    round_.sender.probe_failures = [TimedOut() for _ in range(5)]
    await round_.run()
    assert round_.sender.probes >= 6
    round_.now_ms += UNSURE_PAUSE_MS
    await round_.run()
    settled = [await look(round_, one) for one in ids]
    assert {found.state for found in settled} == {LetterState.SENT}
    assert sum(found.unsure for found in settled) <= 10


async def test_a_flooded_chat_waits_as_a_whole_and_the_others_go_on(round_: Round) -> None:
    await put(round_, letter("a"), letter("b"), letter("c", GROUP))
    round_.sender.failures = [RetryAfter(30)]
    await round_.run()
    assert sorted(round_.sender.names) == ["a", "c"]
    round_.now_ms += 29_999
    await round_.run()
    assert len(round_.sender.names) == 2
    round_.now_ms += 1
    await round_.run()
    assert round_.sender.names[2:] == ["a", "b"]


async def test_a_blocked_chat_is_switched_off_and_its_letters_keep_the_reason(round_: Round) -> None:
    async with round_.database.begin() as tx:
        await subscriptions.subscribe(tx, HOME, BTC, RULES, created_by=9, now_ms=NOW)
    ids = await put(round_, letter("a"), letter("b"))
    round_.sender.failures = [Forbidden("Forbidden: bot was blocked by the user")]
    await round_.run()
    assert round_.sender.names == ["a"]
    for one in ids:
        found = await look(round_, one)
        assert found.state is LetterState.DEAD
        assert "blocked by the user" in found.last_error
    async with round_.database.read() as tx:
        chat = await chats.find(tx, HOME.chat_id)
        assert await subscriptions.of_symbol(tx, BTC) == ()
        assert len(await subscriptions.of_destination(tx, HOME)) == 1
    assert chat is not None
    assert not chat.active
    assert [trouble.outcome.verdict for trouble in round_.troubles] == [Verdict.CHAT_OFF]


async def test_a_refusal_nobody_knows_buries_the_letter_and_leaves_the_chat_on(round_: Round) -> None:
    async with round_.database.begin() as tx:
        await chats.ensure(tx, HOME.chat_id, NOW)
    (one,) = await put(round_, letter("a"))
    round_.sender.failures = [Forbidden("Forbidden: a new rule")]
    await round_.run()
    assert (await look(round_, one)).state is LetterState.DEAD
    async with round_.database.read() as tx:
        chat = await chats.find(tx, HOME.chat_id)
    assert chat is not None
    assert chat.active


async def test_a_migrated_group_gets_its_letters_at_the_new_id_at_once(round_: Round) -> None:
    await put(round_, letter("a", GROUP), letter("b", TOPIC))
    round_.sender.failures = [ChatMigrated(-100_777)]
    await round_.run()
    assert [one.destination.chat_id for one, _, _ in round_.sender.calls] == [-2002, -100_777, -100_777]
    assert round_.sender.names == ["a", "a", "b"]


async def test_a_deleted_topic_falls_back_to_the_chat_once(round_: Round) -> None:
    (one,) = await put(round_, letter("a", TOPIC))
    round_.sender.failures = [BadRequest("Message thread not found")]
    await round_.run()
    assert [sent.destination for sent, _, _ in round_.sender.calls] == [TOPIC, GROUP]
    assert (await look(round_, one)).state is LetterState.SENT
    assert [trouble.outcome.verdict for trouble in round_.troubles] == [Verdict.TOPIC_GONE]


async def test_a_message_telegram_cannot_read_is_kept_and_its_words_are_sent_plainly(round_: Round) -> None:
    broken = letter("a", text="<b>BTC</b> < 97k &amp; <u>falling", picture_key="gone")
    (one,) = await put(round_, broken)
    round_.sender.failures = [BadRequest("Can't parse entities: unclosed tag")]
    await round_.run()
    assert (await look(round_, one)).state is LetterState.DEAD
    plain, text, picture = round_.sender.calls[1]
    assert (plain.dedup_key, text, picture) == ("a:plain", "BTC &lt; 97k &amp; falling", None)


async def test_plain_words_that_are_refused_too_are_the_end_of_it(round_: Round) -> None:
    await put(round_, letter("a"))
    round_.sender.failures = [BadRequest("Can't parse entities"), BadRequest("MESSAGE_STRANGE")]
    await round_.run()
    async with round_.database.read() as tx:
        counts = await outbox_counts.counts(tx)
    assert (counts.dead, counts.ready, len(round_.sender.calls)) == (2, 0, 2)


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_file_id(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    await put(round_, letter("a", picture_key=key))
    await round_.run()
    await put(round_, letter("b", GROUP, picture_key=key))
    await round_.run()
    file_ids = [picture.file_id for _, _, picture in round_.sender.calls if picture]
    assert file_ids == [None, f"file-{key[:6]}"]


async def test_chats_that_are_served_at_once_wait_for_the_one_upload(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    places = [Destination(chat) for chat in range(1, 6)]
    await put(round_, *(letter(str(place.chat_id), place, picture_key=key) for place in places))
    round_.sender.gate = asyncio.Event()
    async with round_.at_work() as courier:
        await round_.until_flights(courier, 5)
        assert len(round_.sender.calls) == 1
        round_.sender.gate.set()
        await round_.until_settled()
    sent = [picture.file_id for _, _, picture in round_.sender.calls if picture is not None]
    assert sent == [None, *[f"file-{key[:6]}"] * 4]


async def test_an_upload_that_hangs_is_taken_over_by_one_at_a_time(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    places = [Destination(chat) for chat in range(1, 7)]
    ids = await put(round_, *(letter(str(place.chat_id), place, picture_key=key) for place in places))
    round_.sender.gate, round_.upload_patience_s = asyncio.Event(), 0.3
    async with round_.at_work() as courier:
        await round_.until_flights(courier, 6)
        await round_.until_calls(2)
        await round_.until_flights_are(courier, 2)  # the others are back in the outbox
        assert len(round_.sender.calls) == 2
        round_.sender.gate.set()
        await round_.until_settled()
        round_.now_ms += MINUTE
        await round_.until_settled()
    assert {(await look(round_, one)).state for one in ids} == {LetterState.SENT}
    sent = [picture.file_id for _, _, picture in round_.sender.calls if picture is not None]
    assert sent == [None, None, *[f"file-{key[:6]}"] * 4]


async def test_who_waits_for_a_picture_holds_up_no_other_letter(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    places = [Destination(chat) for chat in range(1, AT_ONCE + 1)]
    await put(round_, *(letter(str(place.chat_id), place, picture_key=key) for place in places))
    round_.sender.gate = asyncio.Event()
    async with round_.at_work() as courier:
        await round_.until_flights(courier, AT_ONCE)
        await put(round_, letter("other", Destination(99)))
        await round_.until_calls(2)
        assert round_.sender.names[1] == "other"
        round_.sender.gate.set()
        await round_.until_settled()


async def test_an_upload_that_failed_holds_up_nobody(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    ids = await put(round_, letter("a", HOME, picture_key=key), letter("b", GROUP, picture_key=key))
    round_.sender.gate = asyncio.Event()
    round_.sender.failures = [Forbidden("Forbidden: bot was blocked by the user")]
    async with round_.at_work() as courier:
        await round_.until_flights(courier, 2)
        round_.sender.gate.set()
        await round_.until_settled()
    assert {(await look(round_, one)).state for one in ids} == {LetterState.SENT, LetterState.DEAD}


async def test_a_file_id_that_telegram_does_not_know_leads_to_a_new_upload(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
        await pictures.remember_file_id(tx, key, "of another bot")
    await put(round_, letter("a", picture_key=key))
    round_.sender.failures = [BadRequest("Wrong file identifier/http url specified")]
    await round_.run()
    assert [picture.file_id for _, _, picture in round_.sender.calls if picture] == ["of another bot", None]
    async with round_.database.read() as tx:
        stored = await pictures.get(tx, key)
    assert stored is not None
    assert stored.file_id == f"file-{key[:6]}"


@pytest.mark.parametrize(("late_ms", "note"), [(10 * MINUTE, ""), (12 * MINUTE, "<i>12 min late</i>\n")])
async def test_an_old_letter_says_how_late_it_is(round_: Round, late_ms: int, note: str) -> None:
    await put(round_, letter("a"))
    round_.now_ms += late_ms
    await round_.run()
    assert round_.sender.calls[0][1] == f"{note}<b>a</b>"


@pytest.mark.parametrize(("shown", "is_noted"), [(900, True), (1_000, True), (1_010, False), (1_024, False)])
async def test_a_caption_that_has_no_room_for_the_note_goes_out_without_it(
    round_: Round, shown: int, is_noted: bool
) -> None:
    caption = f"<b>{'&lt;' * shown}</b>"
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=NOW)
    late = replace(letter("map", GROUP, Kind.SCHEDULED, picture_key=key), text=caption)
    await put(round_, late)
    round_.now_ms += 12 * MINUTE
    await round_.run()
    assert round_.sender.calls[0][1] == ("<i>12 min late, no alert</i>\n" if is_noted else "") + caption


async def test_an_alert_is_late_rather_than_silent_and_a_late_map_is_put_away(round_: Round) -> None:
    alert = letter("alert", expires_ms=NOW + MINUTE)
    map_ = letter("map", GROUP, Kind.SCHEDULED, expires_ms=NOW + MINUTE)
    _, expired = await put(round_, alert, map_)
    round_.now_ms += 20 * MINUTE
    await round_.run()
    assert round_.sender.names == ["alert"]
    found = await look(round_, expired)
    assert (found.state, found.last_error) == (LetterState.DEAD, "It expired before it could be sent.")


async def test_a_wrong_token_stops_everything_loudly_and_loses_nothing(round_: Round) -> None:
    (one,) = await put(round_, letter("a"))
    round_.sender.failures = [InvalidToken("Unauthorized")]
    with pytest.raises(DeliveryImpossibleError, match="Unauthorized"):
        await asyncio.wait_for(round_.courier().run(), 5)
    assert (await look(round_, one)).state is LetterState.READY


async def test_a_wrong_token_noticed_while_probing_stops_as_well(round_: Round) -> None:
    await put(round_, letter("a"))
    round_.sender.failures = [TimedOut()]
    round_.sender.probe_failures = [InvalidToken("Unauthorized")]
    with pytest.raises(DeliveryImpossibleError):
        await asyncio.wait_for(round_.courier().run(), 5)


async def test_one_letter_a_chat_and_ten_in_all_are_under_way(round_: Round) -> None:
    await put(round_, *(letter(f"{n}", Destination(n % 15 + 1)) for n in range(40)))
    round_.sender.gate = asyncio.Event()
    async with round_.at_work():
        await round_.until_calls(10)
        await asyncio.sleep(0.1)
        under_way = [one.destination.chat_id for one, _, _ in round_.sender.calls]
        assert len(under_way) == len(set(under_way)) == 10
        round_.sender.gate.set()
        await round_.until_settled()
    assert sorted(map(int, round_.sender.names)) == list(range(40))


async def test_it_wakes_at_once_when_told(round_: Round) -> None:
    courier = round_.courier()
    courier._look_every_s = 60.0
    working = asyncio.create_task(courier.run())
    await asyncio.sleep(0.05)
    await put(round_, letter("a"))
    courier.wake()
    await asyncio.wait_for(round_.until_settled(), 3)
    await courier.stop()
    await working


async def test_stopping_finishes_what_is_on_the_wire_and_claims_nothing_more(round_: Round) -> None:
    first, second = await put(round_, letter("a"), letter("b"))
    round_.sender.gate = asyncio.Event()
    courier = round_.courier()
    working = asyncio.create_task(courier.run())
    await round_.until_calls(1)
    stopping = asyncio.create_task(courier.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    round_.sender.gate.set()
    await asyncio.wait_for(stopping, 3)
    await working
    assert (await look(round_, first)).state is LetterState.SENT
    assert (await look(round_, second)).state is LetterState.READY


async def test_what_a_killed_sender_had_under_way_goes_out_at_the_next_start(round_: Round) -> None:
    (one,) = await put(round_, letter("a"))
    async with round_.database.begin() as tx:
        await outbox.claim(tx, NOW, 60_000, "gateway", 1)
    await round_.run()
    assert (await look(round_, one)).state is LetterState.SENT


async def test_what_another_sender_has_under_way_is_left_to_it(round_: Round) -> None:
    await put(round_, letter("a"))
    async with round_.database.begin() as tx:
        await outbox.claim(tx, NOW, 60_000, "other", 1)
    async with round_.at_work():
        await asyncio.sleep(0.1)
    assert round_.sender.calls == []


async def test_two_couriers_share_the_work_without_a_double(round_: Round) -> None:
    await put(round_, *(letter(str(n), Destination(n % 25 + 1)) for n in range(75)))
    couriers = [round_.courier(owner) for owner in ("one", "two")]
    working = [asyncio.create_task(courier.run()) for courier in couriers]
    await round_.until_settled()
    for courier in couriers:
        await courier.stop()
    await asyncio.gather(*working)
    assert sorted(map(int, round_.sender.names)) == list(range(75))
