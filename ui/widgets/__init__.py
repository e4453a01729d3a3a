"""What pages are made of: texts, buttons, lines and cards, and how they are laid out.

Tables and lists (`answer_rows`) are not in the first picture, which this package is imported for.
"""

from ui.widgets import show
from ui.widgets.announce import Teller, announce
from ui.widgets.cards import Card, Fact, StateRow, clear, loosen, picture, rule, scroll_card, scroller
from ui.widgets.drawn import Drawn
from ui.widgets.empty_state import EmptyState
from ui.widgets.fields.line_edit import DigitsEdit, LineEdit, MoneyEdit, PinEdit, SearchEdit
from ui.widgets.icons import FamilyIcon, FamilyIcons, Mark, Picture, pixmap
from ui.widgets.key_cap import KeyCap
from ui.widgets.labels import Amount, FittedText, Shrinking, Text, restyle, set_tone
from ui.widgets.layouts import Item, Part, Space, beside, fill, fill_edge_to_edge, group, reveal, stacked
from ui.widgets.push_button import GAP_MS, Button, TwiceButton
from ui.widgets.state_pill import Pill, StatePill
from ui.widgets.theme import RADIUS, SPACE, TOKENS, at_largest, hold, make_font, px
from ui.widgets.translated import Data, ShowsData, Translated

__all__ = [
    "GAP_MS", "RADIUS", "SPACE", "TOKENS", "Amount", "Button", "Card", "Data",
    "DigitsEdit", "Drawn", "EmptyState", "Fact", "FamilyIcon", "FamilyIcons", "FittedText", "Item", "KeyCap",
    "LineEdit", "Mark", "MoneyEdit", "Part", "Picture", "Pill", "PinEdit", "SearchEdit", "ShowsData",
    "Shrinking", "Space", "StatePill", "StateRow", "Teller", "Text", "Translated", "TwiceButton", "announce",
    "at_largest", "beside", "clear", "fill", "fill_edge_to_edge", "group", "hold", "loosen", "make_font", "picture",
    "pixmap", "px", "restyle", "reveal", "rule", "scroll_card", "scroller", "set_tone", "show", "stacked",
]  # fmt: skip
