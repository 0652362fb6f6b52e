"""Where the bot may speak: blocked, kicked, missing rights, topics that are gone."""

from bot.sandbox.faults import Fault
from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import RefusalError, bad_request, forbidden

GENERAL_TOPIC = 1


def destination(telegram: Telegram, parameters: Parameters, right: str = "can_post_messages") -> Chat:
    """The chat of a call that speaks or edits, if the bot may."""
    if not parameters.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = telegram.world.chat(parameters.text("chat_id"))
    if chat.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    _check_faults(telegram, chat)
    check_presence(telegram, chat)
    _check_rights(telegram, chat, right)
    return chat


def visible(telegram: Telegram, parameters: Parameters) -> Chat:
    """The chat of a call that only looks."""
    chat = telegram.world.chat(parameters.text("chat_id"))
    if chat.is_private and not chat.started:
        raise bad_request("chat not found")
    if not chat.is_private:
        check_presence(telegram, chat)
    return chat


def check_presence(telegram: Telegram, chat: Chat) -> None:
    status = telegram.world.bot_in(chat).status
    if chat.is_private:
        _check_private(chat, status)
    elif status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind}")
    elif status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind}")


def check_topic(telegram: Telegram, chat: Chat, thread_id: int) -> None:
    if not thread_id:
        return
    gone = telegram.faults.find("telegram", "thread_gone")
    if thread_id == GENERAL_TOPIC or thread_id not in chat.topics or _touches(gone, chat):
        raise bad_request("message thread not found")


def _check_private(chat: Chat, status: str) -> None:
    if status == "kicked":
        raise forbidden("bot was blocked by the user")
    if chat.people[0].user.get("is_deleted"):
        raise forbidden("user is deactivated")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_rights(telegram: Telegram, chat: Chat, right: str) -> None:
    bot = telegram.world.bot_in(chat)
    if chat.is_channel and not bot.may(right):
        raise bad_request("need administrator rights in the channel chat")
    if bot.status == "restricted":
        raise bad_request("not enough rights to send text messages to the chat")


def _check_faults(telegram: Telegram, chat: Chat) -> None:
    board = telegram.faults
    if chat.is_private and _touches(board.find("telegram", "blocked"), chat):
        raise forbidden("bot was blocked by the user")
    if not chat.is_private and _touches(board.find("telegram", "kicked"), chat):
        raise forbidden(f"bot was kicked from the {chat.kind}")
    flood = board.find("telegram", "flood")
    if flood and _touches(flood, chat):
        raise _flooded(telegram, flood)


def _flooded(telegram: Telegram, flood: Fault) -> RefusalError:
    left = telegram.faults.seconds_left("telegram", "flood")
    asked = flood.details.get("retry_after")
    seconds = asked if isinstance(asked, int) else max(1, round(left))
    return RefusalError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def _touches(fault: Fault | None, chat: Chat) -> bool:
    return fault is not None and str(fault.details.get("chat_id", chat.id)) == str(chat.id)
