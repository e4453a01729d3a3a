"""What pages are made of: texts, buttons, lines, lists and cards. How they are laid out stands in `layouts`."""

from ui.widgets import show
from ui.widgets.answer_rows import ChoiceList, Combo
from ui.widgets.cards import Card, Fact, StateRow, clear, picture, rule, scroller
from ui.widgets.fields.line_edit import LineEdit, MoneyEdit, PinEdit, SearchEdit
from ui.widgets.icons import FamilyIcon, Mark
from ui.widgets.key_cap import KeyCap
from ui.widgets.labels import Amount, Text, restyle, set_tone
from ui.widgets.push_button import Button, TwiceButton, tick_box
from ui.widgets.state_pill import Pill, StatePill
from ui.widgets.theme import at_largest, hold
from ui.widgets.translated import Both, Data, ShowsData, Translated

__all__ = [
    "Amount", "Both", "Button", "Card", "ChoiceList", "Combo", "Data", "Fact", "FamilyIcon", "KeyCap", "LineEdit",
    "Mark", "MoneyEdit", "Pill", "PinEdit", "SearchEdit", "ShowsData", "StatePill", "StateRow", "Text", "Translated",
    "TwiceButton", "at_largest", "clear", "hold", "picture", "restyle", "rule", "scroller", "set_tone", "show",
    "tick_box",
]  # fmt: skip
