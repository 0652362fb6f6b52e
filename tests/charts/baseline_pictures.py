"""Small pictures that are kept, to see that pictures still look as they did.

After a change that is meant to be seen, look at what is new and write them again:

    PYTHONPATH=. python tests/charts/baseline_pictures.py
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from awkward_maps import AWKWARD
from drawn_pairs import EVOLUTIONS, dated
from made_days import day, snapshot
from made_heat import made_heat, made_orders
from PIL import Image

from bot.charts.bar_map.drawn import map_drawn
from bot.charts.bar_map.picture import map_scene
from bot.charts.heatmap.drawn import heat_drawn
from bot.charts.heatmap.picture import heat_scene
from bot.charts.replay.drawn import replay_drawn
from bot.charts.replay.picture import render_replay
from bot.charts.scene import Scene, pictured
from bot.charts.stacked_maps.compare_drawn import compare_drawn
from bot.charts.stacked_maps.compare_picture import comparison_scene
from bot.charts.stacked_maps.evolution_drawn import evolution_drawn
from bot.charts.stacked_maps.evolution_picture import evolution_scene
from bot.liquidation.replay import Replay
from bot.look import Drawing, Look, Overlay, PaletteName, Stack, Theme

FOLDER = Path(__file__).parent / "baselines"
WIDTH = 320
STRONG = 60  # of 255 in any channel: more than another version's softer edge of a letter
MEAN_ALLOWED, STRONG_ALLOWED = 2.0, 0.0005  # of 255; share of the pixels


@dataclass(frozen=True)
class Difference:
    mean: float  # of all channels, of 255
    strong: float  # share of pixels that differ strongly

    @property
    def is_seen(self) -> bool:
        return self.mean > MEAN_ALLOWED or self.strong > STRONG_ALLOWED


def map_of(case: str, look: Look, stack: Stack = Stack.TIER) -> Callable[[], Scene]:
    return lambda: map_scene(map_drawn(AWKWARD[case](), stack, handle="@maps_bot"), look)


def heat_of(case: str, drawing: Drawing, window: str, unknown: int = 0) -> Callable[[], Scene]:
    def scene() -> Scene:
        shown = AWKWARD[case]()
        history = made_heat(shown, window, unknown=unknown, volatility=0.006)
        drawn = heat_drawn(shown, history, made_orders(shown, history), drawing, "@maps_bot")
        return heat_scene(drawn, drawing.look)

    return scene


def middle_of_a_day() -> Image.Image:
    """The replay's middle frame."""
    past = day(9)
    drawn = replay_drawn(Replay(snapshot(past), tuple(past)), "@maps_bot")
    picture = Image.open(io.BytesIO(render_replay(drawn, Look())))
    picture.seek(4)
    return picture.convert("RGB")


def drawn_again(name: str) -> Image.Image:
    """As it looks now, small."""
    made = BASELINES[name]()
    return small(pictured(made) if isinstance(made, Scene) else made)


BOTH = frozenset(Overlay)
BASELINES: dict[str, Callable[[], Scene | Image.Image]] = {
    "map-seed-dark": map_of("usual", Look()),
    "map-exchange-light-venues": map_of("stale venue", Look(PaletteName.EXCHANGE, Theme.LIGHT), Stack.VENUE),
    "map-colour-blind-dark-cut": map_of("one tall bar", Look(PaletteName.COLOUR_BLIND)),
    "map-colour-blind-light-tiny": map_of("tiny price", Look(PaletteName.COLOUR_BLIND, Theme.LIGHT)),
    "map-seed-light-shorts": map_of("high leverage shorts", Look(theme=Theme.LIGHT)),
    "compare-seed-dark-dated": lambda: comparison_scene(compare_drawn(dated(), "@maps_bot"), Look()),
    "evolution-exchange-light-late": lambda: evolution_scene(
        evolution_drawn(EVOLUTIONS["stale venue"](), "@maps_bot"), Look(PaletteName.EXCHANGE, Theme.LIGHT)
    ),
    "heat-seed-dark": heat_of("usual", Drawing(), "24h"),
    "heat-exchange-light-overlays": heat_of(
        "stale venue", Drawing(Look(PaletteName.EXCHANGE, Theme.LIGHT), overlays=BOTH), "3d", 20
    ),
    "heat-colour-blind-dark-shorts": heat_of(
        "high leverage shorts", Drawing(Look(PaletteName.COLOUR_BLIND), contrast=2), "1y"
    ),
    "replay-seed-dark-middle": middle_of_a_day,
}


def small(picture: Image.Image) -> Image.Image:
    height = round(picture.height * WIDTH / picture.width)
    return picture.resize((WIDTH, height), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> Difference:
    """Of two small pictures of one size."""
    apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16))
    return Difference(float(apart.mean()), float((apart.max(axis=2) > STRONG).mean()))


def kept(name: str) -> Image.Image:
    return Image.open(FOLDER / f"{name}.png").convert("RGB")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in BASELINES:
        few = drawn_again(name).quantize(256, dither=Image.Dither.NONE)
        few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
