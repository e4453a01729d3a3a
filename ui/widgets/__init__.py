"""Parts of screens: texts, buttons, cards, the theme."""
