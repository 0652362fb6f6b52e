"""What the colours of a map's bars are, in one row under it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.charts import labels
from bot.charts.bar_map.bars import layer_paints
from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.frame import WIDTH
from bot.charts.bar_map.price_bars import LATE
from bot.charts.lettering import Label, fitting_size, width_of
from bot.charts.palette import Palette
from bot.charts.scene import MARGIN, Scene, rectangle
from bot.look import Stack

LEGEND, LEAST_LEGEND = 32, 26
BASELINE = 934
LATE_NAMED = 2
SHORTER = (40, 24, 18, 14, 11, 9, 7, 5)  # letters of each name


def draw_legend(scene: Scene, drawn: MapDrawn, palette: Palette) -> None:
    names, curves = _words(drawn)
    paints = [
        paint
        for paint, name in zip(layer_paints(drawn, palette), drawn.layers, strict=True)
        if name in _shown(drawn)
    ]
    size = fitting_size(("".join([*names, curves]),), _room(names), LEGEND, LEAST_LEGEND)
    start = WIDTH - MARGIN - width_of(curves, size)
    x = float(MARGIN)
    for name, paint in zip(names, paints, strict=True):
        label = Label(name, x + 38, BASELINE, size, palette.text)
        if label.box.right > start - MARGIN:
            break
        swatch = rectangle(round(x), BASELINE - 26, round(x) + 28, BASELINE + 2)
        scene.fill([swatch], paint.colour, hatch=paint.hatch)
        scene.labels.append(label)
        x = label.box.right + 28
    scene.labels.append(Label(curves, start, BASELINE, size, palette.quiet))


def _room(names: Sequence[str]) -> float:
    """For words, beside swatches and gaps."""
    return WIDTH - 2 * MARGIN - 70 * len(names)


def _words(drawn: MapDrawn) -> tuple[list[str], str]:
    """What is late is named last; words are shortened where they would be small."""
    currency = labels.currency(drawn.facts.symbol)
    names = [_layer_name(drawn, name) for name in _shown(drawn)]
    for curves, longest in (
        (f"curves: cumulative {currency}", 40),
        *((f"curves: {currency}", n) for n in SHORTER),
    ):
        told = [labels.printable(name, longest) for name in names]
        if width_of("".join([*told, curves]), LEAST_LEGEND) <= _room(told):
            break
    return told, curves


def _shown(drawn: MapDrawn) -> tuple[str, ...]:
    """The layers that there are bars of; all of them on an empty map."""
    bars = zip(drawn.layers, drawn.longs.bars, drawn.shorts.bars, strict=True)
    return tuple(name for name, *both in bars if any(map(any, both))) or drawn.layers


def _layer_name(drawn: MapDrawn, name: str) -> str:
    if name != LATE:
        return labels.venue(name) if drawn.stack is Stack.VENUE else name
    late = drawn.facts.late
    oldest = labels.age(max(drawn.facts.now_ms - venue.rests_on_ms for venue in late))
    names = ", ".join(labels.venue(venue.venue) for venue in late)
    return f"{names if len(late) <= LATE_NAMED else f'{len(late)} venues'}: {oldest} late"
