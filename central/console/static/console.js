/* Keys for what the page's links and buttons do anyway. Without this file every act works, by pointer and Tab. */
"use strict";
(() => {
  const on = document.documentElement.dataset.keys !== "off";
  const plain = (key) => {
    const place = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹".indexOf(key);
    return place < 0 ? key : String(place % 10);
  };
  const writes = (place) => place.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const shown = (one) => one.offsetParent !== null && !one.disabled;
  const all = (what) => [...document.querySelectorAll(what)].filter(shown);

  const rows = () => all("[data-row]");
  const choose = (step) => {
    const found = rows();
    if (!found.length) return false;
    const here = found.findIndex((row) => row.classList.contains("on"));
    const next = found[Math.min(Math.max(here + step, 0), found.length - 1)];
    found.forEach((row) => row.classList.toggle("on", row === next));
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  const open = (panel) => {
    for (const other of document.querySelectorAll("details.panel[open]")) if (other !== panel) other.open = false;
    panel.open = true;
    const first = panel.querySelector("input[type=radio]:checked, input:not([type=hidden]), textarea, button");
    if (first) first.focus({ preventScroll: Boolean(panel.closest(".bar")) });
  };

  /* A reason by its digit. Of one's own: its words are typed next. What can be answered is sent at once. */
  const take = (choice) => {
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    const words = choice.value === "own" && choice.form.querySelector("textarea");
    if (!words && "atOnce" in choice.form.dataset) choice.form.requestSubmit(); else (words || choice).focus();
  };
  /* Enter in a reason: on to the words that are missing, and then it is given. */
  const onward = (place) => {
    const missing = [...place.form.querySelectorAll("textarea")].find((one) => !one.value.trim());
    if (missing) missing.focus(); else place.form.requestSubmit();
  };

  const pressed = (key) => {
    const panel = document.querySelector("details.panel[open]"), over = panel || document.querySelector(".me[open], .areas[open]");
    if (over && key === "Escape") {
      over.open = false;
      if (over.contains(document.activeElement)) over.querySelector("summary").focus();
      return true;
    }
    if (panel && /^[0-9]$/.test(key)) {
      const choice = panel.querySelector(`[data-choice="${key}"]`);
      if (choice) { take(choice); return true; }
    }
    const named = all(`[data-key="${CSS.escape(key)}"]`)[0];
    if (!named) return false;
    if (named.tagName === "SUMMARY") open(named.parentElement); else named.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const key = plain(event.key), place = document.activeElement || document.body;
    const typing = writes(place);
    if (key === "Enter" && !event.shiftKey && place.matches(".reasons textarea")) {
      event.preventDefault();
      if (!event.repeat) onward(place);
      return;
    }
    /* A key that is held was pressed once: it must not fall on the next page. */
    if (event.repeat && !typing && (key === "Enter" || all(`[data-key="${CSS.escape(key)}"]`).length)) {
      event.preventDefault();
      return;
    }
    if (typing && !["Escape", "F2"].includes(key)) return;
    let done = false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!place.matches("[type=radio]")) done = choose(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && place.matches("[type=radio]")) {
      place.form.requestSubmit(); done = true;
    } else if (key === "Enter" && !place.matches("a, button, summary, [type=checkbox]")) done = pressed("Enter");
    else if (key === " " && place.closest("[data-row]") && place.matches("a")) {
      const box = place.closest("[data-row]").querySelector("[type=checkbox]");
      if (box) { box.click(); done = true; }
    } else if (key !== "Enter") done = pressed(key);
    if (done) event.preventDefault();
  });

  /* What is typed stays with this page in the tab's history: reload and Back bring it again, after a server that did
     not answer, too. A form that was sent keeps its number, so that it is not done twice. Nobody else gets it. */
  const posts = () => [...document.forms].filter((form) => form.method === "post");
  const fields = (form) => [...form.elements].filter((one) =>
    one.name && one.name !== "code" && (one.name === "form" || !/hidden|password|file|submit|button/.test(one.type)));
  const ticked = (one) => one.type === "radio" || one.type === "checkbox";
  const nameOf = (form) => `${form.getAttribute("action")} ${form.elements.decision ? form.elements.decision.value : ""}`;
  const person = document.documentElement.dataset.person;
  const MOST = 100;
  if (!history.state) history.replaceState(`typed ${performance.timeOrigin}`, "");
  let left = false;
  const typed = (one) => one.name !== "form" && !one.matches("select") && !ticked(one) && one.value !== one.defaultValue;
  const keep = () => {
    if (left) return;
    const forms = {};
    for (const form of posts()) {
      const said = fields(form);
      if (!said.some(typed)) continue;
      forms[nameOf(form)] = said.map((one) =>
        one.name === "form" && !form.dataset.given ? null : ticked(one) ? one.checked : one.value);
    }
    if (sessionStorage.length > MOST) sessionStorage.clear();
    if (Object.keys(forms).length) sessionStorage.setItem(history.state, JSON.stringify({ person, forms }));
    else sessionStorage.removeItem(history.state);
  };
  /* Where no answer came to a form of the page's own address, no entry is left to go back to: its next visit has it. */
  const lost = () => {
    const waits = JSON.parse(sessionStorage.getItem("unanswered"));
    if (!waits) return null;
    const how = performance.getEntriesByType("navigation")[0].type, from = document.referrer && new URL(document.referrer).pathname;
    const answered = how === "navigate" ? from === waits.from : how === "reload" && /[?&]done=/.test(location.search);
    if (answered) {
      sessionStorage.removeItem("unanswered");
      return null;
    }
    return sessionStorage.getItem(waits.entry);
  };
  const bring = () => {
    const left = lost(), state = JSON.parse(sessionStorage.getItem(history.state) || left);
    if (!state || state.person !== person) return;
    for (const form of posts()) {
      const said = state.forms[nameOf(form)] || [], there = fields(form);
      if (said.length !== there.length) continue;
      there.forEach((one, n) => {
        if (ticked(one)) one.checked = said[n]; else if (said[n] !== null) one.value = said[n];
        if (one.name === "form" && said[n] !== null) form.dataset.given = "yes";
      });
      const panel = form.closest("details.panel");
      if (panel) panel.open = true;
    }
  };
  bring();
  let later = 0;
  document.addEventListener("input", () => { clearTimeout(later); later = setTimeout(keep, 200); });
  document.addEventListener("change", keep);
  addEventListener("pagehide", keep);

  /* One form, one act: a second press waits for the first one's answer, but not for ever. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = form.dataset.given = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 15000);
    keep();
    sessionStorage.setItem("unanswered", JSON.stringify({ from: location.pathname, entry: history.state }));
    if (form.matches("[action$='/sign-out']")) { sessionStorage.clear(); left = true; }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
  });

  /* What is chosen in a list is told at once: beside the buttons, which come with it, and to who listens. */
  const counts = document.querySelectorAll("[data-chosen]");
  if (counts.length) {
    const tell = (changed) => {
      const n = document.querySelectorAll("[name=chosen]:checked").length;
      for (const one of counts) if (changed || n) one.textContent = one.dataset.chosen.replace("#", String(n));
      for (const one of document.querySelectorAll("[data-wants-chosen]")) one.hidden = !n;
    };
    document.addEventListener("change", () => tell(true));
    const every = document.querySelector("[data-every]");
    if (every) every.addEventListener("change", () => {
      for (const box of document.querySelectorAll("[name=chosen]")) box.checked = every.checked;
      tell(true);
    });
    tell(false);
  }

  /* A claim is told of while its page is open, by the server's time; hidden or not. */
  const claim = document.querySelector("form[data-claim]");
  if (claim) setInterval(() => {
    fetch(claim.action, { method: "POST", body: new URLSearchParams(new FormData(claim)) }).catch(() => {});
  }, 120000);

  const turn = document.querySelector("[data-turn]");
  if (turn) turn.addEventListener("click", () => {
    const picture = document.querySelector(".paper img:not([hidden])");
    if (!picture) return;
    picture.dataset.turned = String((Number(picture.dataset.turned || 0) + 1) % 4);
  });
  const large = document.querySelector("[data-large]");
  if (large) large.addEventListener("click", () => document.querySelector(".paper").classList.toggle("large"));
  /* A file is chosen in our own words, not in those of the browser. */
  for (const file of document.querySelectorAll("[data-choose]")) {
    const [box, key, said] = ["div", "span", "bdi"].map((tag) => document.createElement(tag));
    const tell = () => { said.textContent = file.files.length ? file.files[0].name : file.dataset.none; };
    box.className = "file"; key.className = "btn"; key.textContent = file.dataset.choose;
    key.ariaHidden = said.ariaHidden = "true";
    file.replaceWith(box); box.append(key, said, file);
    file.addEventListener("change", tell);
    tell();
  }
  const print = document.querySelector("[data-print]");
  if (print) print.addEventListener("click", () => window.print());

  const first = document.querySelector("[data-focus]") || document.querySelector("[role=alert] ~ * h1, h1[tabindex]");
  if (first && !document.querySelector("[autofocus]") && !location.hash) {
    first.focus({ preventScroll: true });
    first.scrollIntoView({ block: "nearest" });  // by as little as it takes: what was said above it stays in sight
  }
})();
