// Hears when there is a newer page of the case, and what is wrong with its files while there is none. Only the page
// that `caseboard page --watch` hands out has this, as it is written here: no page that is written to a file does.
"use strict";
(() => {
  const { version, words } = JSON.parse(document.getElementById("follow-data").textContent);
  const KEPT = "caseboard-follow";

  // The address keeps what a viewer has chosen. The rest is carried over here: what is folded out, how far panels are
  // scrolled, where the keyboard is, what is typed.
  function reload() {
    const all = [...document.querySelectorAll("[id]")];
    sessionStorage.setItem(KEPT, JSON.stringify({
      open: all.filter((one) => one.matches("details[open]")).map((one) => one.id),
      scrolled: all.filter((one) => one.scrollTop > 0).map((one) => [one.id, one.scrollTop]),
      typed: document.getElementById("search").value,
      focus: document.activeElement?.id,
    }));
    location.reload();
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    if (!kept) return;
    const find = (id) => document.getElementById(id);
    for (const id of kept.open) find(id)?.setAttribute("open", "");
    find("search").value = kept.typed;
    if (kept.focus) find(kept.focus)?.focus({ preventScroll: true });
    for (const [id, top] of kept.scrolled) find(id)?.scrollTo({ top });
  }

  const make = (tag, attributes, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };
  const title = make("h2", { id: "follow-title" });
  const text = make("p", { id: "follow-text", tabIndex: 0 });
  const hide = make("button", { type: "button", className: "button", textContent: words.hide });
  const banner = make("aside", { id: "follow", hidden: true }, title, text, hide);
  banner.setAttribute("aria-labelledby", "follow-title");
  text.setAttribute("role", "group");
  text.setAttribute("aria-labelledby", "follow-title");
  // What is said aloud stands there before it is said, and moves no focus.
  const aloud = make("p", { className: "unseen" });
  aloud.setAttribute("role", "status");
  hide.addEventListener("click", () => {
    banner.hidden = true;
    document.getElementById("map").focus({ preventScroll: true });
  });
  document.body.append(banner, aloud);

  let told = "";
  function tell(what, more) {
    const all = what && `${what} ${more}`;
    if (all === told) return;
    told = all;
    title.textContent = what;
    text.textContent = more;
    aloud.textContent = all || words.mended;
    if (!all && banner.contains(document.activeElement)) document.getElementById("map").focus({ preventScroll: true });
    banner.hidden = !all;
  }

  const source = new EventSource("events");
  source.addEventListener("now", ({ data }) => {
    const now = JSON.parse(data);
    if (now.version !== version) reload();
    else if (now.problem) tell(words.broken, now.problem);
    else tell("", "");
  });
  source.addEventListener("end", () => {
    source.close();
    tell(words.ended, words.asItWas);
  });
  source.addEventListener("error", () => tell(words.lost, words.asItWas));

  if (document.documentElement.dataset.ready) restore();
  else {
    const wait = new MutationObserver(() => {
      if (!document.documentElement.dataset.ready) return;
      wait.disconnect();
      restore();
    });
    wait.observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });
  }
})();
