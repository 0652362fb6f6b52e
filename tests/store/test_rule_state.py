"""What rules remember survives the database, also what an older bot wrote."""

from __future__ import annotations

import json

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.memory import Memory, Passage, Stage, Told
from bot.store.rule_state import memory_from_json, memory_to_json

ZONE = Zone("Z4", Side.SHORT, 102.0, 103.0, 102.5, 5.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), 7)
FULL = Memory(
    seen=frozenset({"Z4", "gap", "burst:pair"}),
    near=frozenset({"near:Z4"}),
    told=(
        Told("swept:Z4", Side.SHORT, 102.0, 103.0, 9, 1.5, Stage.BACK, is_heard=False),
        Told("gap", None, 99.0, 100.0, 11),
    ),
    passages=(Passage(ZONE, 9, is_swept=True),),
    since_ms=5,
)


def test_a_memory_comes_back_as_it_was() -> None:
    for memory in (Memory(), FULL):
        assert memory_from_json(json.loads(json.dumps(memory_to_json(memory)))) == memory


def test_what_was_remembered_of_nearness_alone_is_kept() -> None:
    old = {"armed": ["Z1"], "near": ["Z2"], "told": [["Z3", 1, 102.0, 103.0]]}
    assert memory_from_json(old) == Memory(
        seen=frozenset({"Z1", "Z2", "Z3"}),
        near=frozenset({"near:Z2"}),
        told=(Told("near:Z3", Side.SHORT, 102.0, 103.0, 0),),
    )
