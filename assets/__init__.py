"""Fonts, icons, catalogue, texts and the wire dictionary, read through importlib.resources."""
