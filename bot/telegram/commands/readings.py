"""/gradient and /quiet: what is read off the reference map."""

from __future__ import annotations

from bot.liquidation.reading import Reading
from bot.liquidation.snapshot import Snapshot
from bot.telegram.asking import Answer, Asking
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import misreadings, problems
from bot.wording.buttons import reading_keyboard
from bot.wording.gradient_text import gradient_text
from bot.wording.quiet_text import quiet_text
from bot.wording.refusal import Refusal


async def answer_gradient(room: Room, asking: Asking) -> Answer:
    shown, reading, notes = await _understood(room, asking, "gradient")
    return Answer(
        "\n\n".join([*notes, gradient_text(shown, reading)]), reading_keyboard(reading.symbol, "gradient")
    )


async def answer_quiet(room: Room, asking: Asking) -> Answer:
    shown, reading, notes = await _understood(room, asking, "quiet")
    around = await room.market.crosschecks(shown)
    return Answer(
        "\n\n".join([*notes, quiet_text(shown, reading, around)]), reading_keyboard(reading.symbol, "quiet")
    )


async def _understood(room: Room, asking: Asking, command: str) -> tuple[Snapshot, Reading, list[str]]:
    """The pair's map and what was read off it, and what was typed but does not count; raises Refusal."""
    request = read(asking.line, command)
    symbol, venue = found(request, room.market)
    shown = await room.market.view(symbol)
    if shown.reading is None:
        raise Refusal(problems.no_data(symbol))
    notes = [misreadings.reading_takes_all_venues()] if venue else []
    notes += [misreadings.reading_has_no_window(request.window)] if request.window else []
    return shown, shown.reading, notes
