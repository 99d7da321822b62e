// Which panels are open; comes before the map among the listeners, which has to know how much room is left.

import { byId } from "./dom.js";
import { link } from "./pair.js";
import { listen, state, update } from "./state.js";
import "./view.js";

const tabs = [...byId("tabs").children];
for (const tab of tabs) {
  tab.addEventListener("click", () => (tab.dataset.tab === "linked" ? link({}) : update({ tab: tab.dataset.tab })));
}

listen((changed) => {
  // On a narrow screen a selection opens its details; without one the map is what remains.
  if (changed.has("selection") && !changed.has("tab") && state.tab !== "explore") state.tab = state.selection ? "details" : "map";
  if (!state.pair && state.tab === "linked") state.tab = "map";
  document.body.classList.toggle("selected", Boolean(state.selection));
  document.body.classList.toggle("linking", Boolean(state.pair) && !state.selection);
  byId("linked").hidden = !state.pair;
  document.body.dataset.tab = state.tab;
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.tab === state.tab));
});
