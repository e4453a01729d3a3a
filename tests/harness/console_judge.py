"""What is wrong with a page as it stands in the browser: by axe-core, by its width, by Tab alone, by what it changes
without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
_RUN: Final = """async (tags) => {
  // What is only drawn hides from axe-core what words stand on.
  const drawn = [...document.querySelectorAll("svg[aria-hidden]")];
  drawn.forEach((one) => { one.style.display = "none"; });
  const told = await axe.run(document.querySelector("[data-over]") || document, {
    runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } },
    resultTypes: ["violations", "incomplete"],
  });
  drawn.forEach((one) => { one.style.display = ""; });
  const short = (found) => found.flatMap((one) => one.nodes.map((node) => (
    [one.id, node.html.slice(0, 160), (node.any[0] || node.all[0] || node.none[0] || {}).message || ""])));
  return { wrong: short(told.violations), unsure: short(told.incomplete), asked: told.passes.length };
}"""
_OPEN: Final = """(place) => {
  document.querySelectorAll("main details").forEach((one) => { one.open = true; });
  const single = [...document.querySelectorAll(".bar details, .me, .areas")];
  single.forEach((one, n) => { one.open = n === place; one.toggleAttribute("data-over", n === place); });
  document.querySelectorAll("[data-walk]").forEach((one) => { delete one.dataset.walk; });
  document.activeElement.blur();
  return single.length;
}"""
_WIDE: Final = """() => {
  const root = document.documentElement, found = [];
  if (root.scrollWidth > root.clientWidth) found.push(`page by ${root.scrollWidth - root.clientWidth}`);
  for (const one of document.querySelectorAll("body *")) {
    const runs = ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const wide = runs && one.scrollWidth > one.clientWidth + 1;
    if (wide && !one.closest(".paper")) found.push(one.className || one.tagName);
  }
  return found;
}"""
_REACHED: Final = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const groups = new Set(), found = [];
  for (const one of document.querySelectorAll(wanted)) {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.type === "radio") {
      const group = `${one.form && one.form.action}/${[...document.forms].indexOf(one.form)}/${one.name}`;
      if (groups.has(group)) continue;
      groups.add(group);
    }
    one.dataset.walk = String(found.length);
    found.push(one.outerHTML.slice(0, 120));
  }
  return found;
}"""
_HERE: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const edge = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  const places = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]];
  const clear = places.some(([x, y]) => {
    const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    const own = [one, ...(one.labels || [])];
    return there && (there.contains(one) || own.some((part) => part.contains(there)));
  });
  const group = one.type === "radio" && one.dataset.walk === undefined
    ? document.querySelector(`[data-walk][type=radio][name="${one.name}"]`) : one;
  const under = document.querySelector("[data-over][open]") && !one.closest("[data-over]");
  return { walk: group && group.dataset.walk, edge, clear: clear || Boolean(under), html: one.outerHTML.slice(0, 120) };
}"""
_WATCH: Final = """() => {
  window.told = [];
  const live = "[role=status], [role=alert], [aria-live]:not([aria-live=off]), [aria-hidden=true]";
  const words = (node) => node.nodeType === 3 ? node.data.trim() : (node.textContent || "").trim();
  new MutationObserver((changes) => {
    for (const one of changes) {
      const place = one.target.nodeType === 1 ? one.target : one.target.parentElement;
      const said = one.type === "characterData" ? words(one.target) : [...one.addedNodes].map(words).join("");
      if (!said || !place) continue;
      window.told.push([said.slice(0, 80), Boolean(place.closest(live)), place.outerHTML.slice(0, 120)]);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
_TOUCH: Final = """() => {
  for (const one of document.querySelectorAll("input[type=checkbox], button[type=button]:not([data-print])"))
    if (one.checkVisibility()) one.click();
}"""


@dataclass(frozen=True, slots=True)
class Found:
    """A rule, what breaks it (a piece of the page), and why."""

    rule: str
    html: str
    why: str


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def by_axe(page: Page) -> tuple[list[Found], list[Found]]:
    """What breaks WCAG 2.2 AA, and what axe-core could not judge. The page's own policy does not bind what is given
    to the browser from outside.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe())
    told: dict[str, Any] = page.evaluate(_RUN, list(TAGS))
    wrong, unsure = ([Found(*one) for one in told[kind]] for kind in ("wrong", "unsure"))
    return wrong, unsure


def panels(page: Page) -> Iterator[str]:
    """What is folded in is part of the page: all that unfolds in it, then one after the other what unfolds over it."""
    for place in range(-1, page.evaluate(_OPEN, -1)):
        page.evaluate(_OPEN, place)
        yield "unfolded" if place < 0 else f"unfolded, {place}"
    page.evaluate(_OPEN, -1)


def too_wide(page: Page) -> list[str]:
    """What must be scrolled sideways: the page, or a part of it that is no picture."""
    found: list[str] = page.evaluate(_WIDE)
    return found


def by_tab(page: Page) -> list[Found]:
    """Everything that can be used is reached by Tab, shows that it is, lies free, and lets go again. What somebody has
    unfolded over the page, and folds in again by Escape, may lie over the rest.
    """
    wanted: list[str] = page.evaluate(_REACHED)
    seen, found = set[str](), dict[str, Found]()
    for _ in range(2 * len(wanted) + 10):
        if len(seen) == len(wanted):
            break
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None or here["walk"] is None or here["walk"] in seen:
            continue
        seen.add(here["walk"])
        for rule, held in (("focus-seen", here["edge"]), ("focus-clear", here["clear"])):
            if not held:
                found[f"{rule} {here['walk']}"] = Found(rule, here["html"], "")
    missed = [Found("not-by-tab", html, "") for n, html in enumerate(wanted) if str(n) not in seen]
    return [*found.values(), *missed]


def by_ear(page: Page) -> list[Found]:
    """What changes without a load stands in a live region: whoever does not see the page hears of it."""
    page.evaluate(_WATCH)
    page.evaluate(_TOUCH)
    told: list[tuple[str, bool, str]] = page.evaluate("() => new Promise((done) => setTimeout(() => done(told), 30))")
    return [Found("not-told", html, said) for said, live, html in told if not live]
