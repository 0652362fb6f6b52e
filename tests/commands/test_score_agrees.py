"""Every figure of `score`, and every map it refuses, beside the scorer that knows nothing of the bot."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from invented_lines import invented_lines, write_lines
from recorded_market import at, write_market, write_truth

from bot.commands.errors import CommandError
from bot.commands.map_file import read_map_file
from bot.liquidation.scoring.report import OWN, score
from bot.liquidation.scoring.scored_maps import ScoredMaps
from bot.market.recorded_truth import read_scored_market, read_truth
from bot.market.recording import open_recording

SHARED = Path(__file__).resolve().parents[3] / "shared"
HOUR_MS = 3_600_000
MAPS = 60


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """score_maps.py as a module; it needs scipy, which the bot does not."""
    path = SHARED / "score_maps.py"
    if not path.exists():
        pytest.skip("needs score_maps.py in ../shared, which is not here")
    pytest.importorskip("scipy", reason="score_maps.py needs scipy, which is not installed")
    spec = importlib.util.spec_from_file_location("score_maps", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_maps"] = module  # its records look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "first_ms", "step_ms", "kinds"),
    [
        ("simulated-1", 1_768_089_600_000, HOUR_MS, {"snapshots", "windows"}),
        (
            "majors-5m-development",
            1_771_718_400_000,
            HOUR_MS // 2,
            {"half_hourly_buckets", "hourly_buckets"},
        ),
    ],
)
def test_every_figure_is_the_same(
    reference: ModuleType, tmp_path: Path, name: str, first_ms: int, step_ms: int, kinds: set[str]
) -> None:
    folder = SHARED / "recordings" / name
    recording = open_recording(folder)
    contract = recording.markets[0].contract
    market = read_scored_market(recording, contract)
    lines = invented_lines(market, range(first_ms, first_ms + MAPS * step_ms, step_ms))
    path = write_lines(tmp_path / "maps.jsonl", lines)

    ours = score(
        ScoredMaps.of(read_map_file(path, market)),
        market,
        read_truth(recording, contract),
        HOUR_MS,
        beside_plain=True,
    )
    opened = reference.open_recording(folder, None, None)
    theirs = reference.score_maps(opened, reference.read_maps(path, opened.candles), HOUR_MS, True)

    assert kinds < set(ours.amounts)
    assert ours.amounts == pytest.approx(theirs.what, rel=1e-9)
    own = theirs.scores.pop("maps")
    assert ours.scores.keys() - {OWN} == theirs.scores.keys() == {"uniform", "distance", "volume", "interest"}
    for maps, figures in {OWN: own, **theirs.scores}.items():
        assert ours.scores[maps] == pytest.approx(figures, rel=1e-9, abs=1e-9, nan_ok=True), maps


def test_an_empty_map_is_scored_alike(reference: ModuleType, tmp_path: Path) -> None:
    folder = write_market(tmp_path / "market")
    write_truth(folder)
    recording = open_recording(folder)
    contract = recording.markets[0].contract
    market = read_scored_market(recording, contract)
    lines = invented_lines(market, at(60, 120, 180))
    lines[1]["long_base"] = lines[1]["short_base"] = [0.0] * len(lines[1]["long_base"])
    path = write_lines(tmp_path / "maps.jsonl", lines)
    truth = read_truth(recording, contract)
    ours = score(ScoredMaps.of(read_map_file(path, market)), market, truth, HOUR_MS, beside_plain=False)
    opened = reference.open_recording(folder, None, None)
    theirs = reference.score_maps(opened, reference.read_maps(path, opened.candles), HOUR_MS, False)
    assert ours.scores[OWN] == pytest.approx(theirs.scores["maps"], rel=1e-9, abs=1e-9)


Spoil = Callable[[dict[str, Any]], None]


def _set(name: str, place: int, value: object) -> Spoil:
    def spoil(line: dict[str, Any]) -> None:
        line[name][place] = value

    return spoil


def _scale(name: str, factor: float) -> Spoil:
    def spoil(line: dict[str, Any]) -> None:
        line[name] *= factor

    return spoil


def _keep(first: int, last: int) -> Spoil:
    def spoil(line: dict[str, Any]) -> None:
        line["edges"] = line["edges"][first : last + 1]
        for name in ("long_base", "short_base"):
            line[name] = line[name][first:last]

    return spoil


def _join_two_bins(line: dict[str, Any]) -> None:
    del line["edges"][150]
    for name in ("long_base", "short_base"):
        line[name][149] += line[name].pop(150)


def _put(name: str, value: object) -> Spoil:
    def spoil(line: dict[str, Any]) -> None:
        line[name] = value

    return spoil


MALFORMED: dict[str, tuple[Spoil, str]] = {
    "a negative quantity": (_set("long_base", 100, -1.0), "a quantity is negative"),
    "a quantity that is no number": (_set("short_base", 200, float("nan")), "a number is not finite"),
    "an endless quantity": (_set("short_base", 200, float("inf")), "a number is not finite"),
    "a long above price": (_set("long_base", 200, 50.0), "longs lie above the price"),
    "a short below price": (_set("short_base", 100, 50.0), "shorts lie below the price"),
    "another price": (_scale("price", 1.001), "the close of the last candle"),
    "bins too wide": (_join_two_bins, "bins are wider than 0.12 %"),
    "too short a reach up": (_keep(0, 290), "edges reach from 0.8940 to 1.09"),
    "too short a reach down": (_keep(30, 320), "edges reach from 0.91"),
    "edges that do not ascend": (_set("edges", 140, 1.0), "edges are not positive and ascending"),
    "an edge too few": (lambda line: line["edges"].pop(), "edges do not fit"),
    "another time": (_put("timestamp_ms", at(-5)[0]), "no candle had ended by then"),
    "the line before's time": (_put("timestamp_ms", at(60)[0]), ""),
    "no price": (lambda line: line.pop("price"), "price is missing or no number"),
    "words for numbers": (_put("edges", ["a", "b"]), "edges is not a list of numbers"),
    "a list of lists": (_put("long_base", [[1.0]]), "long_base is not a list of numbers"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_map_is_refused_by_its_line(tmp_path: Path, name: str) -> None:
    spoil, sentence = MALFORMED[name]
    recording, path = _spoilt(tmp_path, spoil)
    market = read_scored_market(recording, recording.markets[0].contract)
    with pytest.raises(CommandError, match=f"maps.jsonl line 2: .*{sentence}"):
        list(read_map_file(path, market))


@pytest.mark.parametrize("name", MALFORMED)
def test_the_reference_refuses_it_too(reference: ModuleType, tmp_path: Path, name: str) -> None:
    recording, path = _spoilt(tmp_path, MALFORMED[name][0])
    opened = reference.open_recording(recording.folder, None, None)
    with pytest.raises(reference.Refused):
        reference.read_maps(path, opened.candles)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"map"'])
def test_a_line_that_is_no_map_is_refused(tmp_path: Path, text: str) -> None:
    recording, path = _spoilt(tmp_path, lambda _line: None)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], text, lines[1]]) + "\n")
    market = read_scored_market(recording, recording.markets[0].contract)
    with pytest.raises(CommandError, match=r"maps.jsonl line 2: it is (not readable JSON|no JSON object)"):
        list(read_map_file(path, market))


def test_what_is_not_spoilt_is_read(tmp_path: Path) -> None:
    recording, path = _spoilt(tmp_path, lambda _line: None)
    market = read_scored_market(recording, recording.markets[0].contract)
    assert [line.stamp_ms for line in read_map_file(path, market)] == at(60, 120)
    assert json.loads(path.read_text().splitlines()[1])["timestamp_ms"] == at(120)[0]


def _spoilt(folder: Path, spoil: Spoil) -> tuple[Any, Path]:
    """A recording and two maps of it, the second of which is spoilt."""
    recording = open_recording(write_market(folder / "market"))
    market = read_scored_market(recording, recording.markets[0].contract)
    lines = invented_lines(market, at(60, 120))
    spoil(lines[1])
    return recording, write_lines(folder / "maps.jsonl", lines)
