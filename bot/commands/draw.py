"""`draw`: the picture of a sheet that `map --json` wrote."""

from __future__ import annotations

from pathlib import Path

from bot.charts.sheet import SheetRefused, render_sheet, sheet_of
from bot.commands.errors import CommandError


def draw(source: Path, target: Path | None, full: bool) -> Path:
    """Writes the PNG beside the sheet where no other place is named; returns where it is."""
    try:
        sheet = sheet_of(source.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CommandError(f"{source} cannot be drawn. It is no text.") from None
    except SheetRefused as error:
        raise CommandError(f"{source} cannot be drawn. {error}") from None
    png = target or source.with_suffix(".png")
    png.write_bytes(render_sheet(sheet.in_full() if full else sheet))
    return png
