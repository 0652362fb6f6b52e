"""Every kind of picture in every palette and theme, and in the cases that pictures break on:
gallery.py RECORDINGS [--to DIR] [--docs DIR].

Pictures go to DIR (default: data/gallery) at their size, and as contact sheets of pictures 360 px wide, as a
phone shows them. The sandbox's market is written to data/ once, which takes some minutes. `--docs` writes the
pictures of docs/gallery.md.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

from gallery_cases import HANDLE, Case, awkward_cases, real_cases, usual_cases, year_cases
from gallery_markets import Pair, recorded_pair, sandbox_recording, year_pair
from PIL import Image

from bot.charts.replay.drawn import replay_drawn
from bot.charts.replay.picture import render_replay
from bot.charts.sheet import Sheet, render_sheet
from bot.liquidation.replay import Replay
from bot.look import Look, PaletteName, Theme

PHONE = 360
ACROSS, A_SHEET = 4, 8
LOOKS = tuple(Look(palette, theme) for palette, theme in product(PaletteName, Theme))
BEST = (  # (kind, case, look, file in docs)
    ("map", "usual", Look(), "map"),
    ("map", "by-venue", Look(theme=Theme.LIGHT), "map-venues-light"),
    ("map", "btc-real", Look(PaletteName.EXCHANGE), "map-exchange"),
    ("map", "filtered", Look(PaletteName.COLOUR_BLIND), "map-filtered-colour-blind"),
    ("map", "stale", Look(), "map-late-venue"),
    ("heatmap", "24h", Look(), "heatmap"),
    ("heatmap", "btc-real", Look(PaletteName.EXCHANGE), "heatmap-exchange"),
    ("heatmap", "7d", Look(PaletteName.COLOUR_BLIND, Theme.LIGHT), "heatmap-colour-blind-light"),
    ("compare", "dated", Look(), "compare"),
    ("evolution", "usual", Look(), "evolution"),
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("recordings", type=Path)
    asked.add_argument("--to", type=Path, default=Path("data/gallery"))
    asked.add_argument("--docs", type=Path)
    asked.add_argument("--only", default="", help="cases whose kind or name begins so")
    told = asked.parse_args()
    coin = recorded_pair(sandbox_recording(), "BTC/USDT:USDT")
    cases = [one for one in cases_of(coin, told.recordings) if f"{one.kind} {one.name}".startswith(told.only)]
    if told.docs is not None:
        write_best(cases, told.docs)
        for still in write_replay(coin, told.docs, LOOKS[:1]):
            still.unlink()
        return
    write_all(cases, told.to)
    if "replay".startswith(told.only):
        names = write_replay(coin, told.to, LOOKS)
        write_contacts("replay", names, told.to)


def cases_of(coin: Pair, recordings: Path) -> list[Case]:
    market = sandbox_recording()
    cases = usual_cases(
        coin, recorded_pair(market, "ETH/USDT:USDT"), recorded_pair(market, "BTC/USDT:USDT-261225")
    )
    real = recorded_pair(recordings / "majors-5m-development", "BTC/USDT:USDT")
    simulated = recorded_pair(recordings / "simulated-1", "ZRX/USDT:USDT")
    cases += real_cases(real, "btc-real") + real_cases(simulated, "zrx-simulated")
    return cases + awkward_cases(coin) + year_cases(year_pair())


def write_all(cases: Sequence[Case], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for kind in dict.fromkeys(case.kind for case in cases):
        names = []
        for case in (one for one in cases if one.kind == kind):
            drawn = case.drawn()
            for look in LOOKS:
                name = f"{kind}-{case.name}-{look.palette}-{look.theme}.png"
                (target / name).write_bytes(rendered(case, drawn, look))
                names.append(target / name)
        write_contacts(kind, names, target)
        print(f"{kind}: {len(names)} pictures")


def write_best(cases: Iterable[Case], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    known = {(case.kind, case.name): case for case in cases}
    for kind, name, look, file in BEST:
        case = known[kind, name]
        (target / f"{file}.png").write_bytes(rendered(case, case.drawn(), look))


def rendered(case: Case, drawn: object, look: Look) -> bytes:
    return render_sheet(Sheet(drawing=case.drawing_in(look), drawn=drawn))


def write_replay(pair: Pair, target: Path, looks: Sequence[Look]) -> list[Path]:
    """The animation, and the moment in its middle as a picture."""
    drawn = replay_drawn(Replay(pair.shown(), pair.last_day()), HANDLE)
    names = []
    for look in looks:
        gif = render_replay(drawn, look)
        name = target / f"replay-{look.palette}-{look.theme}.png"
        name.with_suffix(".gif").write_bytes(gif)
        frames = Image.open(io.BytesIO(gif))
        frames.seek(getattr(frames, "n_frames", 1) // 2)
        frames.convert("RGB").save(name)
        names.append(name)
    return names


def write_contacts(kind: str, names: Sequence[Path], target: Path) -> None:
    """As a phone shows them, several beside each other."""
    for at in range(0, len(names), A_SHEET):
        small = [_small(name) for name in names[at : at + A_SHEET]]
        wide, high = PHONE + 8, max(one.height for one in small) + 8
        sheet = Image.new("RGB", (ACROSS * wide, -(-len(small) // ACROSS) * high), "#808080")
        for place, one in enumerate(small):
            sheet.paste(one, (place % ACROSS * wide + 4, place // ACROSS * high + 4))
        sheet.save(target / f"contact-{kind}-{at // A_SHEET:02d}.png")


def _small(name: Path) -> Image.Image:
    picture = Image.open(io.BytesIO(name.read_bytes())).convert("RGB")
    return picture.resize((PHONE, round(picture.height * PHONE / picture.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
