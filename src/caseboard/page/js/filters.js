// The chips that narrow the board: each shows how much it would leave.

import { NO_THREAD, families, kinds, statuses, threadComment, threads } from "./data.js";
import { button, byId, el } from "./dom.js";
import { kindIcon, lineIcon, threadIcon } from "./icons.js";
import { listen, reset, state, toggle } from "./state.js";
import { dashes, threadColor } from "./theme.js";
import { counts, story, view } from "./view.js";
import { countEdges, countNodes, familyName, kindName, say, statusName } from "./words.js";

const GROUPS = {
  threads: {
    values: [...threads, NO_THREAD],
    icon: (thread) => threadIcon(threadColor(thread)),
    name: (thread) => (thread === NO_THREAD ? say("noThread") : thread),
    about: threadComment,
  },
  kinds: { values: kinds, icon: kindIcon, name: kindName },
  families: { values: families, icon: () => null, name: familyName },
  statuses: { values: statuses, icon: (status) => lineIcon(dashes(status), { crossed: status === "refuted" }), name: statusName },
};

function show(filter) {
  const { icon, name, about = () => null } = GROUPS[filter];
  const values = GROUPS[filter].values.filter((value) => story.values[filter].has(value));
  const section = byId(`filter-${filter}`);
  // Without a single thread, "no thread" is no choice.
  section.hidden = values.every((value) => value === NO_THREAD);
  const group = section.querySelector(".chips");
  const count = counts(filter);
  const focused = [...group.children].find((chip) => chip === document.activeElement)?.dataset.value;
  group.classList.toggle("narrowed", state[filter].size > 0);
  // What narrows the board is not hidden in a fold.
  if (state[filter].size) section.setAttribute("open", "");
  group.replaceChildren(...values.map((value) =>
    button({ class: "chip", "data-value": value, "aria-pressed": String(state[filter].has(value)), title: about(value), onclick: () => toggle(filter, value) },
      icon(value), el("span", { class: "name" }, name(value)), el("span", { class: "n" }, String(count(value))))));
  // Who has no pointer to hold over a chip reads it below, once it is chosen.
  const told = values.filter((value) => state[filter].has(value)).map(about).filter(Boolean);
  section.querySelector(".about")?.remove();
  if (told.length) group.after(el("div", { class: "about", lang: byId("details").lang }, told.map((line) => el("p", {}, line))));
  if (focused !== undefined) [...group.children].find((chip) => chip.dataset.value === focused)?.focus();
}

function showCounts() {
  const of = (shown, all, text) => (shown === all ? text(all) : say("ofAll", { shown, all: text(all) }));
  const line = say("counts", {
    nodes: of(view.nodes.length, story.nodes.length, countNodes),
    edges: of(view.edges.length, story.edges.length, countEdges),
  });
  byId("counts").textContent = line;
  return line;
}

byId("reset").addEventListener("click", () => {
  byId("search").value = "";
  reset();
});

export function showFilters() {
  for (const filter of Object.keys(GROUPS)) show(filter);
  return showCounts();
}

listen((changed) => {
  if (changed.has("view")) byId("live").textContent = say("shown", { counts: showFilters() });
  else if (changed.has("theme")) showFilters();
});
