// The chips that narrow the board: each shows how much it would leave.

import { NO_THREAD, edges, kinds, nodes, statuses, threads } from "./data.js";
import { button, byId, el } from "./dom.js";
import { kindIcon, lineIcon, threadIcon } from "./icons.js";
import { listen, reset, state, toggle } from "./state.js";
import { dashes, threadColor } from "./theme.js";
import { counts, hasLoose, view } from "./view.js";
import { countEdges, countNodes, kindName, say, statusName } from "./words.js";

const GROUPS = {
  threads: {
    values: threads.length && hasLoose ? [...threads, NO_THREAD] : threads,
    icon: (thread) => threadIcon(threadColor(thread)),
    name: (thread) => (thread === NO_THREAD ? say("noThread") : thread),
  },
  kinds: { values: kinds, icon: kindIcon, name: kindName },
  statuses: { values: statuses, icon: (status) => lineIcon(dashes(status)), name: statusName },
};

function show(filter) {
  const { values, icon, name } = GROUPS[filter];
  const section = byId(`filter-${filter}`);
  section.hidden = !values.length;
  const group = section.querySelector(".chips");
  const count = counts(filter);
  const focused = [...group.children].indexOf(document.activeElement);
  group.classList.toggle("narrowed", state[filter].size > 0);
  group.replaceChildren(...values.map((value) =>
    button({ class: "chip", "aria-pressed": String(state[filter].has(value)), onclick: () => toggle(filter, value) },
      icon(value), el("span", { class: "name" }, name(value)), el("span", { class: "n" }, String(count(value))))));
  if (focused >= 0) group.children[focused].focus();
}

function showCounts() {
  const of = (shown, all, text) => (shown === all ? text(all) : say("ofAll", { shown, all: text(all) }));
  const line = say("counts", {
    nodes: of(view.nodeIds.size, nodes.length, countNodes),
    edges: of(view.edges.length, edges.length, countEdges),
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
  if (Object.keys(GROUPS).some((filter) => changed.has(filter))) byId("live").textContent = say("shown", { counts: showFilters() });
  else if (changed.has("theme")) showFilters();
});
