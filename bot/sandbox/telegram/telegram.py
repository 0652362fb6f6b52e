"""Everything Telegram knows, in one place that the Bot API and the chat page share."""

from collections.abc import Callable
from time import monotonic

from bot.sandbox.faults import FaultBoard
from bot.sandbox.telegram.menu import CommandMenu
from bot.sandbox.telegram.pacing import Pacing
from bot.sandbox.telegram.questions import Questions
from bot.sandbox.telegram.shelf import Shelf
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.webhook import Webhook
from bot.sandbox.telegram.wire import Json
from bot.sandbox.telegram.world import World, starting_world


class Telegram:
    def __init__(self, faults: FaultBoard, clock: Callable[[], float] = monotonic) -> None:
        self.faults = faults
        self.world: World = starting_world()
        self.shelf = Shelf()
        self.menu = CommandMenu()
        self.pacing = Pacing(clock)
        self.taps = Questions(clock)
        self.inline_queries = Questions(clock)
        self.updates = UpdateQueue()
        self.webhook = Webhook(self.updates)

    def named(self, entity: Json) -> Json | None:
        if "user_id" not in entity:
            return entity
        person = self.world.people.get(entity["user_id"])
        kept = {key: value for key, value in entity.items() if key != "user_id"}
        return kept | {"user": person} if person else None

    async def close(self) -> None:
        self.updates.close()
        await self.webhook.stop()
