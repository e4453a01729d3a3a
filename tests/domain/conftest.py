"""Hypothesis without a deadline: a shop's old machine, and a busy one in CI, are slow for reasons of their own."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
