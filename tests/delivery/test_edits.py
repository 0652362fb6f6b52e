"""Edits of messages that were sent: once, silently, and never as a message of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_sender import Round, look, put
from store_samples import HOME, MINUTE, NOW, letter
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.delivery.editing import NoTarget
from bot.store import chats, outbox, pictures
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter, LetterState


@pytest.fixture
def round_(database: Database) -> Round:
    return Round(database)


def edit(of: int | None, name: str = "edit", to: Destination = HOME, **more: object) -> Letter:
    return letter(name, to, Kind.EDIT, edits_id=of, **more)


async def test_an_edit_changes_the_message_that_was_sent_and_sends_none(round_: Round) -> None:
    await put(round_, letter("other"))
    (one,) = await put(round_, letter("one"))
    await round_.run()
    (change,) = await put(round_, edit(one))
    await round_.run()
    assert [(text, number, caption) for _, text, number, caption in round_.sender.edits] == [
        ("<b>edit</b>", (await look(round_, one)).message_id, False)
    ]
    assert len(round_.sender.calls) == 2
    assert (await look(round_, change)).state is LetterState.SENT


async def test_of_a_message_with_a_picture_the_caption_is_changed(round_: Round) -> None:
    async with round_.database.begin() as tx:
        key = await pictures.put(tx, b"\x89PNG", now_ms=NOW)
    (one,) = await put(round_, letter("one", picture_key=key))
    await round_.run()
    await put(round_, edit(one))
    await round_.run()
    assert round_.sender.edits[0][3] is True


async def test_everything_else_goes_before_an_edit(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    await put(round_, edit(one))
    kinds = [kind for kind in Kind if kind is not Kind.EDIT]
    await put(round_, *(letter(kind.value, kind=kind) for kind in kinds))
    async with round_.database.begin() as tx:
        (first,) = await outbox.claim(tx, NOW, MINUTE, "test", 10)
    assert first.letter.kind is Kind.ALERT
    assert all(Kind.EDIT.priority > kind.priority for kind in kinds)


async def test_an_edit_of_what_was_never_sent_is_dropped(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    round_.sender.failures = [BadRequest("Message text is empty")]
    await round_.run()
    changes = await put(round_, edit(one), edit(999, "of nothing"), edit(None, "of none"))
    await round_.run()
    for change in changes:
        found = await look(round_, change)
        assert (found.state, found.last_error) == (LetterState.DEAD, NoTarget.NEVER_SENT.value)
    assert round_.sender.edits == []


async def test_an_edit_waits_for_a_message_that_is_still_on_its_way(round_: Round) -> None:
    (one,) = await put(round_, letter("one", due_ms=NOW + 2 * MINUTE))
    await put(round_, edit(one))
    await round_.run()
    assert round_.sender.edits == []
    round_.now_ms += 2 * MINUTE
    await round_.run()
    round_.now_ms += MINUTE
    await round_.run()
    assert len(round_.sender.edits) == 1


async def test_the_latest_edit_of_a_message_wins(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    early, late = await put(round_, edit(one, "early"), edit(one, "late"))
    await round_.run()
    assert [text for _, text, _, _ in round_.sender.edits] == ["<b>late</b>"]
    assert (await look(round_, early)).last_error == NoTarget.OUTDATED.value
    assert (await look(round_, late)).state is LetterState.SENT


async def test_an_edit_that_was_given_up_does_not_stand_in_the_way(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    early, _ = await put(round_, edit(one, "early"), edit(one, "late", due_ms=NOW - 1))
    async with round_.database.begin() as tx:
        (claimed,) = await outbox.claim(tx, NOW, MINUTE, "test", 1)
        assert claimed.letter.dedup_key == "late"
        await outbox.bury(tx, claimed, "no use", now_ms=NOW)
    await round_.run()
    assert [text for _, text, _, _ in round_.sender.edits] == ["<b>early</b>"]
    assert (await look(round_, early)).state is LetterState.SENT


@pytest.mark.parametrize("words", ["Message to edit not found", "Message can't be edited"])
async def test_a_message_that_is_gone_ends_its_edit_quietly(round_: Round, words: str) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    (change,) = await put(round_, edit(one))
    round_.sender.failures = [BadRequest(words)]
    await round_.run()
    assert (await look(round_, change)).state is LetterState.DEAD
    assert len(round_.sender.calls) == 1
    async with round_.database.read() as tx:
        chat = await chats.find(tx, HOME.chat_id)
    assert chat is None or chat.active


@pytest.mark.parametrize(
    "failure", [TimedOut(), NetworkError("Bad Gateway"), BadRequest("Can't parse entities")]
)
async def test_an_edit_is_never_tried_a_second_time_nor_sent_as_plain_words(
    round_: Round, failure: Exception
) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    (change,) = await put(round_, edit(one))
    round_.sender.failures = [failure]
    await round_.run()
    round_.now_ms += 60 * MINUTE
    await round_.run()
    assert (await look(round_, change)).state is LetterState.DEAD
    assert (len(round_.sender.edits), len(round_.sender.calls)) == (1, 1)


async def test_a_crash_between_edit_and_mark_makes_the_same_edit_again(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    (change,) = await put(round_, edit(one))
    async with round_.database.begin() as tx:
        await outbox.claim(tx, NOW, MINUTE, "gateway", 1)  # edited, and died before the mark
    await round_.run()
    assert [text for _, text, _, _ in round_.sender.edits] == ["<b>edit</b>"]
    assert (await look(round_, change)).state is LetterState.SENT


async def test_a_note_that_it_was_late_stays(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    round_.now_ms += 25 * MINUTE
    await round_.run()
    (change,) = await put(round_, edit(one))
    await round_.run()
    assert round_.sender.calls[0][1] == "<i>25 min late</i>\n<b>one</b>"
    assert round_.sender.edits[0][1] == "<i>25 min late</i>\n<b>edit</b>"
    assert (await look(round_, change)).state is LetterState.SENT


async def test_an_edit_that_comes_too_late_is_dropped(round_: Round) -> None:
    (one,) = await put(round_, letter("one"))
    await round_.run()
    (change,) = await put(round_, replace(edit(one), expires_ms=NOW + MINUTE))
    round_.now_ms += 2 * MINUTE
    await round_.run()
    assert (await look(round_, change)).state is LetterState.DEAD
    assert round_.sender.edits == []
