"""Tests; the packages under test never import from here."""
