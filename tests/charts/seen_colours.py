"""How far colours are apart: WCAG 2.1 contrast, CIE 1976 Lab distance, and how colour-blind people see them.

Colour-blindness: the matrices for severity 1.0 of Machado, Oliveira and Fernandes (2009), "A
Physiologically-based Model for Simulation of Color Vision Deficiency", on linear RGB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEEN_WITH = {
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
NORMAL = np.eye(3)
_TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
_WHITE = _TO_XYZ.sum(axis=1)


def linear(colour: str) -> Floats:
    """Linear RGB of "#rrggbb", 0..1."""
    encoded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def blended(over: str, under: str, alpha: float) -> str:
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (over, under)]
    return "#" + "".join(f"{round(a * alpha + b * (1 - alpha)):02x}" for a, b in zip(*parts, strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG: 1 for the same, 21 for black on white."""
    dark, light = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, seen_with: Floats = NORMAL) -> Floats:
    ratio = _TO_XYZ @ np.clip(seen_with @ linear(colour), 0, 1) / _WHITE
    bent = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])


def distance(one: str, other: str, seen_with: Floats = NORMAL) -> float:
    return float(np.linalg.norm(lab(one, seen_with) - lab(other, seen_with)))


def lightness(colour: str) -> float:
    return float(lab(colour)[0])
