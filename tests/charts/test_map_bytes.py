from __future__ import annotations

import gc
import hashlib
import io
import os
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from drawn_maps import AS_OF_MS, made_map, made_zone
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from bot.charts.bar_map.picture import render_map
from bot.charts.canvas import Canvas
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot


def picture(seed: int = 1) -> bytes:
    found = made_map(seed=seed)
    zones = [made_zone(found, side, 0.014, zone_id=f"Z{40 + side}") for side in Side]
    return render_map(Snapshot(found, tuple(zones), 0.1, AS_OF_MS + 42_000), handle="@maps_bot")


def test_a_png_that_telegram_does_not_resample() -> None:
    image = Image.open(io.BytesIO(picture()))
    assert (image.format, image.size) == ("PNG", (1280, 1024))


def test_the_same_map_gives_the_same_bytes() -> None:
    assert picture() == picture()


def test_another_map_gives_another_picture() -> None:
    assert picture(1) != picture(2)


def test_threads_do_not_disturb_each_other() -> None:
    seeds = [1, 2, 3, 4] * 2
    alone = {seed: picture(seed) for seed in set(seeds)}
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(picture, seeds))
    assert together == [alone[seed] for seed in seeds]


def test_longs_are_green_on_the_left_and_shorts_red_on_the_right() -> None:
    image = Image.open(io.BytesIO(picture())).convert("RGB")
    greenish = [(x, y) for x in range(100, 1140, 4) for y in range(420, 800, 4) if _is_green(image, x, y)]
    reddish = [(x, y) for x in range(100, 1140, 4) for y in range(420, 800, 4) if _is_red(image, x, y)]
    assert len(greenish) > 50
    assert len(reddish) > 50
    assert max(x for x, _ in greenish) < 640 < min(x for x, _ in reddish) + 30


def _is_green(image: Image.Image, x: int, y: int) -> bool:
    return _near(image, x, y, (0x2C, 0xC5, 0xAC))


def _is_red(image: Image.Image, x: int, y: int) -> bool:
    return _near(image, x, y, (0xFF, 0x5D, 0x69))


def _near(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(have - want) < 14 for have, want in zip(pixel, colour, strict=True))


def test_no_canvas_outlives_its_picture() -> None:
    """And with it nothing of the size of a picture."""
    for seed in range(3):
        picture(seed)
    gc.collect()
    assert not [kept for kept in gc.get_objects() if isinstance(kept, Canvas | RendererAgg)]


def test_memory_is_the_same_after_many_pictures() -> None:
    """Of 1,000 `make pictures-cost` tells the same; pictures are megabytes, so few are enough to see it."""
    for seed in range(3):
        picture(seed)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for seed in range(3, 9):
            picture(seed)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 2_000_000


def test_another_process_draws_the_same_bytes() -> None:
    """Whatever the order in which its sets and dictionaries come."""
    told = "import hashlib, test_map_bytes; print(hashlib.sha256(test_map_bytes.picture()).hexdigest())"
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])
    settings = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "1"}
    done = subprocess.run(
        [sys.executable, "-c", told], env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(picture()).hexdigest()
