"""Each row of the error table, and that nothing outside it switches a chat off."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.outcome import (
    BAD_REQUEST_FOR_GOOD,
    FORBIDDEN_FOR_GOOD,
    Verdict,
    outcome_of,
    seconds_of,
)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


NOT_SENT = [
    caused(NetworkError("httpx.ConnectError: refused"), httpx.ConnectError("refused")),
    caused(TimedOut(), httpx.ConnectTimeout("slow")),
    caused(TimedOut("Pool timeout: Request was *not* sent"), httpx.PoolTimeout("full")),
]
UNSURE = [
    caused(TimedOut(), httpx.ReadTimeout("slow")),
    caused(TimedOut(), httpx.WriteTimeout("slow")),
    caused(NetworkError("httpx.RemoteProtocolError: gone"), httpx.RemoteProtocolError("gone")),
    caused(NetworkError("httpx.ReadError"), httpx.ReadError("gone")),
    TimedOut(),
    NetworkError("Bad Gateway"),
    NetworkError("Internal Server Error"),
    TelegramError("Invalid server response"),
    TimeoutError(),
]
MESSAGE_GONE = [
    BadRequest("Message to edit not found"),
    BadRequest("Message can't be edited"),
    BadRequest("MESSAGE_ID_INVALID"),
]
CHAT_OFF = [
    Forbidden("Forbidden: bot was blocked by the user"),
    Forbidden("Forbidden: bot was kicked from the group chat"),
    Forbidden("Forbidden: bot was kicked from the supergroup chat"),
    Forbidden("Forbidden: bot was kicked from the channel chat"),
    Forbidden("Forbidden: user is deactivated"),
    Forbidden("Forbidden: the group chat was deleted"),
    Forbidden("Forbidden: bot is not a member of the channel chat"),
    Forbidden("Forbidden: bot can't initiate conversation with a user"),
    BadRequest("Chat not found"),
    BadRequest("Private chat not found"),
    BadRequest("CHAT_WRITE_FORBIDDEN"),
    BadRequest("Need administrator rights in the channel chat"),
    BadRequest("Not enough rights to send text messages to the chat"),
    BadRequest("PEER_ID_INVALID"),
]
BAD_MESSAGE = [
    BadRequest("Can't parse entities: unsupported start tag"),
    BadRequest("Message caption is too long"),
    BadRequest("Message is too long"),
    BadRequest("Not enough rights to send photos to the chat"),
    BadRequest("BUTTON_DATA_INVALID"),
    NetworkError("Request Entity Too Large"),
]
OTHERS = [
    (RetryAfter(7), Verdict.FLOODED),
    (NetworkError("Too Many Requests"), Verdict.FLOODED),
    (ChatMigrated(-1001), Verdict.MIGRATED),
    (BadRequest("Message thread not found"), Verdict.TOPIC_GONE),
    (BadRequest("TOPIC_CLOSED"), Verdict.TOPIC_GONE),
    (BadRequest("Wrong file identifier/http url specified"), Verdict.FILE_GONE),
    (InvalidToken("Unauthorized"), Verdict.STOP),
    (InvalidToken("Not Found"), Verdict.STOP),
    (Conflict("terminated by other getUpdates request"), Verdict.STOP),
    (Forbidden("Forbidden: something new"), Verdict.REFUSED),
    (ValueError("a mistake of ours"), Verdict.REFUSED),
]
TABLE: list[tuple[Exception, Verdict]] = [
    *((error, Verdict.NOT_SENT) for error in NOT_SENT),
    *((error, Verdict.UNSURE) for error in UNSURE),
    *((error, Verdict.CHAT_OFF) for error in CHAT_OFF),
    *((error, Verdict.BAD_MESSAGE) for error in BAD_MESSAGE),
    *((error, Verdict.MESSAGE_GONE) for error in MESSAGE_GONE),
    *OTHERS,
]


@pytest.mark.parametrize(("error", "verdict"), TABLE, ids=lambda value: repr(value)[:60])
def test_each_failure_has_its_meaning(error: Exception, verdict: Verdict) -> None:
    assert outcome_of(error).verdict is verdict


def test_every_verdict_is_in_the_table() -> None:
    assert {verdict for _, verdict in TABLE} == set(Verdict)


@given(text=st.text(max_size=80), kind=st.sampled_from([Forbidden, BadRequest, NetworkError, TelegramError]))
def test_no_text_outside_the_table_switches_a_chat_off(text: str, kind: type[TelegramError]) -> None:
    known = any(phrase in text.lower() for phrase in (*FORBIDDEN_FOR_GOOD, *BAD_REQUEST_FOR_GOOD))
    assert known or outcome_of(kind(text)).verdict is not Verdict.CHAT_OFF


@pytest.mark.parametrize("phrase", FORBIDDEN_FOR_GOOD + BAD_REQUEST_FOR_GOOD)
def test_the_words_of_a_refusal_count_only_if_telegram_refused(phrase: str) -> None:
    assert outcome_of(NetworkError(phrase)).verdict is not Verdict.CHAT_OFF
    assert outcome_of(TimedOut(phrase)).verdict is Verdict.UNSURE


@pytest.mark.parametrize("kind", [Forbidden, BadRequest, InvalidToken])
def test_a_status_with_words_that_are_not_telegrams_proves_nothing(kind: type[TelegramError]) -> None:
    page = caused(kind("Forbidden (403). Parsing failed"), TelegramError("Invalid server response"))
    assert outcome_of(page).verdict is Verdict.UNSURE


def test_a_migration_carries_the_new_id() -> None:
    assert outcome_of(ChatMigrated(-100_123)).new_chat_id == -100_123


@pytest.mark.parametrize("after", [7, timedelta(seconds=7)])
def test_a_waiting_time_is_read_in_both_forms(after: int | timedelta) -> None:
    assert seconds_of(RetryAfter(after)) == 7.0
    assert outcome_of(RetryAfter(after)).retry_after_s == 7.0


def test_a_waiting_time_as_a_bare_number_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryAfter, "retry_after", 7)
    assert seconds_of(RetryAfter(1)) == 7.0


def test_the_reason_names_the_kind_of_failure() -> None:
    assert outcome_of(BadRequest("Chat not found")).reason == "BadRequest: Chat not found"
