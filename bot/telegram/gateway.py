"""Updates become questions, answers become messages."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from telegram import CallbackQuery, Message, Update, User
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, ExtBot, MessageHandler, filters

from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.authority import ADMINS
from bot.telegram.commands.table import COMMANDS, PANELS, TAPS
from bot.telegram.compare_words import says_against
from bot.telegram.other_venues import other_venues
from bot.telegram.patience import chat_action
from bot.telegram.rate_limit import RateLimit
from bot.telegram.replying import Reply
from bot.telegram.room import Room
from bot.telegram.vocabulary import PICTURE_COMMANDS
from bot.telegram.words import command_of, parse_request
from bot.wording import misreadings, problems
from bot.wording.buttons import AGAIN, REDRAW, key, line_of, rows
from bot.wording.escape import shortened
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal, VenueNotRead

log = structlog.get_logger(__name__)

Context = ContextTypes.DEFAULT_TYPE
Said = TypeVar("Said")  # by a tap: a toast, or a message drawn anew
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
TOAST_LENGTH = 200
KNOWN_TAPS = frozenset({*TAPS, *PANELS, *COMMANDS, REDRAW, AGAIN})
PICTURES = PICTURE_COMMANDS - {None}
FRESH_SECONDS = 10  # for so long a picture is not drawn again


class Gateway:
    def __init__(self, room: Room, bot: ExtBot[Any]) -> None:
        self._room = room
        self._bot = bot
        self._reply = Reply(bot, room.database)
        self._rate = RateLimit()
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    def add_handlers(self, application: AnyApplication) -> None:
        typed = filters.UpdateType.MESSAGE & filters.TEXT
        posted = filters.UpdateType.CHANNEL_POST & filters.COMMAND
        edited = filters.UpdateType.EDITED_MESSAGE & filters.COMMAND
        application.add_handler(MessageHandler(typed | posted, self._on_text))
        application.add_handler(MessageHandler(edited, self._on_edit))
        application.add_handler(CallbackQueryHandler(self._on_tap))

    async def _on_text(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not self._is_for_us(message):
            return
        asking = _asking(message, message.text or "", update.effective_user)
        if not asking.private and _command_of(asking) not in COMMANDS:
            return
        async with self._turn(asking):
            await self._answer(asking)

    async def _on_edit(self, update: Update, context: Context) -> None:
        """An edited command changes nothing by itself: the answer to the first stands."""
        message = update.edited_message
        if message is None or not self._is_for_us(message):
            return
        asking = _asking(message, message.text or "", update.effective_user)
        if _command_of(asking) not in COMMANDS or not self._rate.allows(asking.user_id):
            return
        line = asking.line.removeprefix("/")
        await self._reply.send(asking, Answer(misreadings.edited(), rows((key("Ask this", line),))))

    def _turn(self, asking: Asking) -> asyncio.Lock:
        """What one person says in one chat is answered in order."""
        return self._turns.setdefault((asking.destination.chat_id, asking.user_id), asyncio.Lock())

    def _is_for_us(self, message: Message) -> bool:
        """In a private chat everything, elsewhere commands and replies to the bot."""
        text = message.text or ""
        if text.startswith("/"):
            _, at, name = text.split(maxsplit=1)[0].partition("@")
            return not at or name.lower() == self._room.username.lower()
        if message.chat.type == "private":
            return True
        answered = message.reply_to_message
        return bool(answered and answered.from_user and answered.from_user.id == self._bot.id)

    async def _answer(self, asking: Asking) -> None:
        person = asking.user_id or asking.destination.chat_id
        if not self._rate.allows(person):
            if self._rate.may_warn(person):
                await self._reply.send(asking, Answer(misreadings.slow_down()))
            return
        answer = await self._ask(asking)
        if answer is not None:
            await self._reply.send(asking, answer)

    async def _ask(self, asking: Asking) -> Answer | None:
        """The command's answer or one clear sentence; None where silence is the answer."""
        command = _command_of(asking)
        if command is None:
            return Answer(misreadings.not_a_command())
        if command not in COMMANDS:
            return Answer(misreadings.unknown_command(f"/{command}")) if asking.private else None
        return await self._guarded(asking, COMMANDS[command])

    async def _guarded(self, asking: Asking, command: Callable[[Room, Asking], Awaitable[Answer]]) -> Answer:
        """No stack trace reaches a chat."""
        try:
            async with chat_action(self._bot, asking):
                return await command(self._room, asking)
        except VenueNotRead as refusal:
            return Answer(refusal.sentence, other_venues(asking.line, refusal))
        except Refusal as refusal:
            return Answer(refusal.sentence, refusal.keyboard)
        except Exception:
            return Answer(problems.went_wrong(_logged(asking)))

    async def _on_tap(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        line = line_of(query.data or "")
        name = (line or "").split(" ")[0]
        if line is None or not isinstance(query.message, Message) or name not in KNOWN_TAPS:
            await _toast(query, problems.button_too_old(), alert=True)
            return
        asking = _asking(query.message, line, query.from_user, tapped=True)
        if refusal := await self._tap_refused(asking):
            await _toast(query, refusal, alert=True)
            return
        if name == AGAIN and (seconds := _fresh_for(query.message, datetime.now(UTC))) > 0:
            await _toast(query, misreadings.still_fresh(seconds))
            return
        async with self._turn(asking):
            if name in TAPS:
                await self._switch(asking, query, query.message)
            elif name in PANELS:
                await self._turn_panel(asking, query)
            else:
                await _toast(query, "")
                await self._reply_to(asking)

    async def _tap_refused(self, asking: Asking) -> str | None:
        """Too fast; or a reader of a channel, whose tap would write where only admins may."""
        if not self._rate.allows(asking.user_id):
            return misreadings.slow_down()
        if asking.chat_kind != "channel":
            return None
        status = await self._room.members.status(asking.destination.chat_id, asking.user_id)
        return None if status in ADMINS else misreadings.buttons_are_for_admins()

    async def _reply_to(self, asking: Asking) -> None:
        answer = await self._ask(asking)
        if answer is not None:
            await self._reply.send(asking, answer)

    async def _switch(self, asking: Asking, query: CallbackQuery, message: Message) -> None:
        said = await self._done(TAPS, asking, query)
        if said is not None:
            await _toast(query, said)
            await self._reply.remove_button(message, query.data or "")

    async def _turn_panel(self, asking: Asking, query: CallbackQuery) -> None:
        """What was tapped is changed and its message redrawn; a refusal leaves the message as it is."""
        answer = await self._done(PANELS, asking, query)
        if answer is not None:
            await _toast(query, answer.toast)
            await self._reply.send(asking, answer)

    async def _done(
        self,
        taps: Mapping[str, Callable[[Room, Asking], Awaitable[Said]]],
        asking: Asking,
        query: CallbackQuery,
    ) -> Said | None:
        """What the tapped button did; None where it could not, which is said in a toast."""
        try:
            return await taps[asking.line.split(" ")[0]](self._room, asking)
        except Refusal as refusal:
            await _toast(query, refusal.sentence, alert=True)
        except Exception:
            await _toast(query, problems.went_wrong(_logged(asking)), alert=True)
        return None


def _asking(message: Message, line: str, user: User | None, *, tapped: bool = False) -> Asking:
    thread = message.message_thread_id if message.is_topic_message else None
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    verb, _, asked = line.partition(" ")
    redraw = tapped and verb in (REDRAW, AGAIN)
    return Asking(
        line=_picture_line(asked) if redraw else line,
        destination=Destination(message.chat.id, thread or 0),
        chat_kind=str(message.chat.type),
        user_id=user.id if user else 0,
        as_chat=anonymous and not tapped,
        tapped=message.message_id if tapped else None,
        redraw=redraw and bool(message.photo or message.animation),
    )


def _picture_line(asked: str) -> str:
    """What a picture's button asks for: a map where it names no other picture."""
    return asked if command_of(asked.split(" ")[0]) in PICTURES else f"map {asked}"


def _fresh_for(message: Message, now: datetime) -> int:
    """How many seconds a picture is still as good as new, by when Telegram says it came."""
    age = (now - (message.edit_date or message.date)).total_seconds()
    return math.ceil(FRESH_SECONDS - age) if 0 <= age < FRESH_SECONDS else 0


def _command_of(asking: Asking) -> str | None:
    """The command that is meant; in a private chat a bare symbol means its map, "btc vs eth" a comparison."""
    line = asking.line
    request = parse_request(line)
    if asking.tapped and request.command is None:
        return line.split(" ")[0]
    if request.command is not None:
        return request.command
    if not asking.private or not request.symbols or len(line) > BARE_LINE:
        return None
    return "compare" if says_against(line) else "map"


BARE_LINE = 60  # what is longer is no question for a map


def _logged(asking: Asking) -> str:
    """The error in the log under a short code, which the chat is told."""
    code = secrets.token_hex(3)
    log.exception("a command failed", code=code, command=asking.line.split(" ")[0][:20])
    return code


async def _toast(query: CallbackQuery, text: str, *, alert: bool = False) -> None:
    try:
        await query.answer(shortened(without_markup(text), TOAST_LENGTH) or None, show_alert=alert)
    except TelegramError as error:
        # A query that waited through a restart is too old to be answered; what it asked for is done.
        log.info("a tap was not acknowledged", reason=str(error))
