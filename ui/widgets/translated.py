"""Widgets whose texts are said in one of the two languages, and again whenever it changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from PySide6.QtWidgets import QLineEdit, QWidget

from protocol.override import override
from protocol.texts import Bilingual, Language, say
from ui.widgets.cards import Fact
from ui.widgets.labels import Amount, Text
from ui.widgets.push_button import Button

if TYPE_CHECKING:
    from ui.widgets.answer_rows import Rows

Data = TypeVar("Data")
Part = TypeVar("Part", bound="Translated")
Run = Callable[[], object]
"""What a button or a key does."""

_THIN_SPACE: Final = "\N{THIN SPACE}"


class Translated:
    """Comes before a class of Qt's among the bases. `word` says a text now and again whenever the language changes;
    `retold` is for what depends on data.
    """

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language: Language = language
        self._worded: list[Callable[[], object]] = []

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def of(self, both: Bilingual) -> str:
        """A text in the language of the moment."""
        return both[self.language]

    def word(self, put: Callable[..., Any], key: str, *more: str) -> None:
        self.worded(lambda: put(self.say(key), *more))

    def worded(self, put: Callable[[], object]) -> None:
        """Do that now, and again whenever the language changes."""
        self._worded.append(put)
        put()

    def follow(self, part: Part) -> Part:
        """Have `part` said in the same language from its next change on."""
        self._worded.append(lambda: part.set_language(self.language))
        return part

    def set_language(self, language: Language) -> None:
        self.language = language
        for put in self._worded:
            put()
        self.retold()

    def retold(self) -> None:
        """Say again what depends on data."""

    # ---- widgets with their words

    def paragraph(self, key: str, role: str = "hint") -> Text:
        """A text in as many lines as it needs."""
        text = Text(role=role, wrap=True)
        self.word(text.setText, key)
        return text

    def caption(self, key: str, role: str = "h2") -> Text:
        """A text in one line."""
        text = Text(role=role)
        self.word(text.setText, key)
        return text

    def label(self, widget: QWidget, key: str, role: str = "label") -> Text:
        """What stands over `widget`, which is named so for a screen reader, too."""
        label = self.caption(key, role)
        label.setBuddy(widget)
        self.word(widget.setAccessibleName, key)
        return label

    def fact(
        self, key: str, role: str = "strong", label_role: str = "hint", *, column: list[Amount] | None = None,
        over: bool = False,
    ) -> Fact:  # fmt: skip
        fact = Fact(role, label_role, column=column, over=over)
        self.word(fact.label.setText, key)
        return fact

    def placeholder(self, edit: QLineEdit, key: str, name: str = "") -> None:
        """What an empty line says beside the cursor, and what a screen reader calls it where that is something else."""
        self.word(lambda words: edit.setPlaceholderText(f"{_THIN_SPACE}{words}"), key)
        self.word(edit.setAccessibleName, name or key)

    def button(self, button: Button | str, key: str, shown: str, run: Run | None = None, *, icon: str = "") -> Button:
        """A button, or a plain one of that name, with its icon, its text, the key it is pressed by, and what it does.

        Without `run`, whoever has to do with it hears it `clicked`.
        """
        made = Button(button) if isinstance(button, str) else button
        self.word(made.word, key, shown)
        if icon:
            made.picture(icon)
        if run is not None:
            made.clicked.connect(lambda _checked: run())
        return made

    def rows(
        self, name: str, title: str, columns: Sequence[str] = ("", ""), *stretch: int, figures: Collection[int] = ()
    ) -> Rows:
        """A table with those text keys over its columns; without any it has no head, and its last column stretches."""
        from ui.widgets.answer_rows import Rows  # noqa: PLC0415 - after the first picture

        table = Rows(len(columns), name)
        self.word(table.setAccessibleName, title)
        if not any(columns):
            table.horizontalHeader().hide()
        wide = stretch or (len(columns) - 1,)
        self.worded(lambda: table.head([key and self.say(key) for key in columns], *wide, figures=figures))
        return table


class ShowsData(Translated, Generic[Data]):
    """Comes before another class of ours. `set_data` puts another thing there, `show_data` says it, again when the
    language changes.
    """

    data: Data | None = None

    def set_data(self, data: Data) -> None:
        self.data = data
        self.retold()

    @override
    def retold(self) -> None:
        if self.data is not None:
            self.show_data(self.data)

    def show_data(self, data: Data) -> None:
        raise NotImplementedError
