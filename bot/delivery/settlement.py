"""What the outbox writes down when a send has failed. Nothing is dropped: what dies keeps its reason."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.outcome import Outcome, Verdict
from bot.delivery.plain_words import plain_words
from bot.store import alerts, chats, moving, outbox, pictures
from bot.store.database import Transaction
from bot.store.letter import PLAIN, Kind, Queued

FIRST_PAUSE_MS = 500
LONGEST_PAUSE_MS = 30_000
UNSURE_PAUSE_MS = 5_000


async def settle(tx: Transaction, queued: Queued, outcome: Outcome, *, now_ms: int) -> None:
    match outcome.verdict:
        case Verdict.NOT_SENT:
            await outbox.postpone(tx, queued, now_ms + _pause_ms(queued.attempts), outcome.reason)
        case Verdict.UNSURE:
            await _unsure(tx, queued, outcome, now_ms)
        case Verdict.FLOODED:
            await _flooded(tx, queued, outcome, now_ms)
        case Verdict.CHAT_OFF:
            await _chat_off(tx, queued, outcome, now_ms)
        case Verdict.MIGRATED:
            await moving.migrate_chat(tx, queued.destination.chat_id, outcome.new_chat_id, now_ms=now_ms)
            await outbox.release(tx, queued)
        case Verdict.STOP:
            await outbox.release(tx, queued)
        case _:
            await _unacceptable(tx, queued, outcome, now_ms)


async def _unacceptable(tx: Transaction, queued: Queued, outcome: Outcome, now_ms: int) -> None:
    """Telegram does not take the message as it is; something else may do instead."""
    if outcome.verdict is Verdict.TOPIC_GONE and queued.destination.thread_id:
        await moving.drop_thread(tx, queued.destination)
        await outbox.release(tx, queued)
        return
    if outcome.verdict is Verdict.FILE_GONE and await _upload_again(tx, queued):
        await outbox.release(tx, queued)
        return
    buried = await outbox.bury(tx, queued, outcome.reason, now_ms=now_ms)
    if buried and outcome.verdict is not Verdict.REFUSED and queued.letter.kind is not Kind.EDIT:
        await _say_plainly(tx, queued, now_ms)


async def _unsure(tx: Transaction, queued: Queued, outcome: Outcome, now_ms: int) -> None:
    """An alert is worth a second try, and its code shows a double; the next map replaces a scheduled one.
    What an edit adds is no news that somebody waits for."""
    if queued.unsure or queued.letter.kind in (Kind.SCHEDULED, Kind.EDIT):
        await outbox.bury(tx, queued, outcome.reason, now_ms=now_ms, unsure=True)
    else:
        await outbox.postpone(tx, queued, now_ms + UNSURE_PAUSE_MS, outcome.reason, unsure=True)


async def _flooded(tx: Transaction, queued: Queued, outcome: Outcome, now_ms: int) -> None:
    until_ms = now_ms + round(outcome.retry_after_s * 1000)
    await outbox.hold(tx, queued.destination.chat_id, until_ms)
    await outbox.postpone(tx, queued, until_ms, outcome.reason)


async def _chat_off(tx: Transaction, queued: Queued, outcome: Outcome, now_ms: int) -> None:
    chat_id = queued.destination.chat_id
    await chats.ensure(tx, chat_id, now_ms)
    await chats.switch_off(tx, chat_id, outcome.reason)
    await outbox.bury(tx, queued, outcome.reason, now_ms=now_ms)
    await outbox.bury_chat(tx, chat_id, outcome.reason, now_ms=now_ms)


async def _upload_again(tx: Transaction, queued: Queued) -> bool:
    key = queued.letter.picture_key
    picture = None if key is None else await pictures.get(tx, key)
    if picture is None or picture.file_id is None:
        return False
    await pictures.forget_file_id(tx, picture.key, picture.file_id)
    return True


async def _say_plainly(tx: Transaction, queued: Queued, now_ms: int) -> None:
    letter = queued.letter
    if letter.dedup_key.endswith(PLAIN):
        return
    bare = replace(
        letter,
        dedup_key=letter.dedup_key + PLAIN,
        text=plain_words(letter.text),
        picture_key=None,
        buttons=(),
        due_ms=None,
    )
    plain_id = await outbox.enqueue(tx, bare, now_ms=now_ms)
    if plain_id is not None:
        await alerts.readdress(tx, queued.id, plain_id)


def _pause_ms(attempts: int) -> int:
    return min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(attempts - 1, 10))
