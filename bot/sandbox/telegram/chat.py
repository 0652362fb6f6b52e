"""A chat with its members and everything said in it."""

from dataclasses import dataclass, field
from itertools import count
from time import monotonic, time

from bot.sandbox.telegram.wire import Json

ACTION_SECONDS = 5.0
ADMIN_STATUSES = ("creator", "administrator")
PRESENT_STATUSES = (*ADMIN_STATUSES, "member", "restricted")
GROUP_RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
CHANNEL_RIGHTS = (*GROUP_RIGHTS, "can_post_messages", "can_edit_messages")
RESTRICTIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_edit_tag",
    "can_react_to_messages",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@dataclass(slots=True)
class Member:
    user: Json
    status: str
    rights: frozenset[str] = frozenset()

    @property
    def is_admin(self) -> bool:
        return self.status in ADMIN_STATUSES

    @property
    def is_present(self) -> bool:
        return self.status in PRESENT_STATUSES

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def as_json(self, all_rights: tuple[str, ...]) -> Json:
        """The Bot API's ChatMember."""
        body: Json = {"user": self.user, "status": self.status}
        if self.status == "creator":
            return body | {"is_anonymous": False}
        if self.status == "administrator":
            held = {right: right in self.rights for right in all_rights}
            return body | {"can_be_edited": False, "is_anonymous": False} | held
        if self.status == "restricted":
            return body | {"is_member": True, "until_date": 0} | dict.fromkeys(RESTRICTIONS, False)
        return body | ({"until_date": 0} if self.status == "kicked" else {})


@dataclass(slots=True)
class Chat:
    id: int
    type: str
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    authors: dict[int, int] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    started: bool = True
    migrated_to: int | None = None
    reply_keyboard: Json | None = None
    version: int = 0
    _ids: "count[int]" = field(default_factory=lambda: count(1))
    _last_id: int = 0
    _action: tuple[str, float] = ("", 0.0)

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    @property
    def is_channel(self) -> bool:
        return self.type == "channel"

    @property
    def kind(self) -> str:
        """The word Telegram's refusals use."""
        return f"{self.type} chat"

    @property
    def all_rights(self) -> tuple[str, ...]:
        return CHANNEL_RIGHTS if self.is_channel else GROUP_RIGHTS

    @property
    def people(self) -> list[Member]:
        return [one for one in self.members.values() if not one.user["is_bot"] and one.is_present]

    def as_json(self) -> Json:
        """The Bot API's Chat."""
        if self.is_private:
            person = self.people[0].user
            names = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
            return {"id": self.id, "type": self.type} | names
        body: Json = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            body["username"] = self.username
        return body | ({"is_forum": True} if self.is_forum else {})

    def members_as_json(self) -> list[Json]:
        return [one.as_json(self.all_rights) for one in self.members.values()]

    def new_id(self) -> int:
        self._last_id = next(self._ids)
        return self._last_id

    def was_used(self, message_id: int) -> bool:
        return 0 < message_id <= self._last_id

    def keep(self, message: Json, author_id: int) -> Json:
        self.messages[message["message_id"]] = message
        self.authors[message["message_id"]] = author_id
        return message

    def replace(self, message_id: int, changes: Json, without: tuple[str, ...] = ()) -> Json:
        """An edit, in place. The old message stays as it was for whoever holds it."""
        kept = {key: value for key, value in self.messages[message_id].items() if key not in without}
        message = kept | changes | {"edit_date": int(time())}
        self.messages[message_id] = message
        return message

    def forget(self, message_id: int) -> None:
        del self.messages[message_id]
        if message_id in self.pinned:
            self.pinned.remove(message_id)

    def act(self, action: str) -> None:
        self._action = (action, monotonic() + ACTION_SECONDS)

    def rest(self) -> None:
        self._action = ("", 0.0)

    @property
    def action(self) -> str:
        name, until = self._action
        return name if monotonic() < until else ""
