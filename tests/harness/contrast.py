"""How far words stand out from what they are drawn on, as WCAG measures it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QWidget

LEAST_RATIO = 4.5
LEAST_LARGE_RATIO = 3.0
LARGE_PX, LARGE_BOLD_PX = 24, 19
"""WCAG: 18 points, or 14 in bold; here in dots of the screen."""
_INSET_PX = 4


def luminance(colour: QColor) -> float:
    light = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in light]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def ratio(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def contrast_of(leaf: QWidget, image: QImage, place: QRect) -> tuple[float, float]:
    """How far its words stand out from its ground as it is drawn, and how far they must."""
    font = leaf.font()
    bold = font.weight() >= font.Weight.Bold
    large = font.pixelSize() >= LARGE_PX or (bold and font.pixelSize() >= LARGE_BOLD_PX)
    ink = leaf.palette().color(leaf.foregroundRole())
    return ratio(ink, _ground(leaf, image, place)), LEAST_LARGE_RATIO if large else LEAST_RATIO


def _ground(leaf: QWidget, image: QImage, place: QRect) -> QColor:
    """The colour near the corners of a label, near the ends of a button, whose corners are round: nothing is written
    there.
    """
    inner = place.adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX).intersected(image.rect())
    corners = (inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight())
    middle = inner.center().y()
    ends = (QPoint(inner.left(), middle), QPoint(inner.right(), middle))
    at = ends if isinstance(leaf, QAbstractButton) else corners
    found = Counter(image.pixelColor(point).name() for point in at if inner.isValid())
    return QColor(found.most_common(1)[0][0]) if found else QColor("white")
