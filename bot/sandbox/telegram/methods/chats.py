"""What the bot may know about a chat and its members."""

from bot.sandbox.telegram.access import visible
from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shelf import as_file
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


async def get_chat(telegram: Telegram, parameters: Parameters) -> Json:
    chat = visible(telegram, parameters)
    full = chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]]
    return full


async def get_member(telegram: Telegram, parameters: Parameters) -> Json:
    chat = _listed(telegram, parameters)
    user_id = parameters.integer("user_id")
    member = chat.members.get(user_id)
    if member is None:
        person = telegram.world.people.get(user_id)
        if person is None:
            raise bad_request("user not found")
        member = Member(person, "left")
    return member.as_json(chat.all_rights)


async def get_administrators(telegram: Telegram, parameters: Parameters) -> list[Json]:
    chat = _listed(telegram, parameters)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [one.as_json(chat.all_rights) for one in chat.members.values() if one.is_admin]


async def get_member_count(telegram: Telegram, parameters: Parameters) -> int:
    return sum(one.is_present for one in visible(telegram, parameters).members.values())


async def leave(telegram: Telegram, parameters: Parameters) -> bool:
    chat = visible(telegram, parameters)
    telegram.world.bot_in(chat).status = "left"
    telegram.world.touch(chat)
    return True


async def get_file(telegram: Telegram, parameters: Parameters) -> Json:
    return as_file(telegram.shelf.find(parameters.text("file_id")))


def _listed(telegram: Telegram, parameters: Parameters) -> Chat:
    chat = visible(telegram, parameters)
    if chat.is_channel and not telegram.world.bot_in(chat).is_admin:
        raise bad_request("member list is inaccessible")
    return chat


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_member_count,
    "leaveChat": leave,
    "getFile": get_file,
}
