// Puts the page together, and what belongs to no part alone: buttons, keys, panels of a narrow screen.

import { obey } from "./hash.js";
import "./tabs.js";
// Which panels lie over the map is settled before the map looks for its place.
import { showWatched } from "./watched.js";
import { byId } from "./dom.js";
import { showDetails } from "./details.js";
import { showFilters } from "./filters.js";
import { fitIcon, themeIcon } from "./icons.js";
import { fitSelection, goTo, showAll, zoom } from "./camera.js";
import { inspect } from "./map.js";
import { forgetWidths } from "./names.js";
import "./linked.js";
import { unlink } from "./pair.js";
import "./print.js";
import "./queries.js";
import "./search.js";
import { state, update } from "./state.js";
import "./table.js";
import "./take.js";
import "./theories.js";

byId("zoom-in").addEventListener("click", () => zoom(1.3));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
byId("zoom-fit").addEventListener("click", () => showAll());
byId("zoom-fit").append(fitIcon());
byId("theme").append(themeIcon());
byId("theme").addEventListener("click", () => update({ theme: state.theme === "dark" ? "light" : "dark" }));

// A link to "#map" would take the place of the state in the address.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("map").focus();
});

addEventListener("keydown", (event) => {
  const typing = document.activeElement?.matches("input:not([type=range], [type=checkbox]), textarea, select");
  if (event.key === "Escape") {
    if (state.query !== null) update({ query: null });
    else if (state.table) update({ table: false });
    else if (state.selection) update({ selection: null, tab: state.pair ? "linked" : "map" });
    else if (state.pair) unlink();
    byId("map").focus({ preventScroll: true });
  } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    update({ tab: "explore" });
    byId("search").focus();
  }
});

obey();
showFilters();
showDetails();
showWatched();
// Names are measured with the page's own fonts, so the first drawing waits for them.
Promise.all([...document.fonts].map((face) => face.load())).then(() => {
  forgetWidths();
  if (state.camera) goTo(state.camera, { animate: false });
  else fitSelection({ animate: false });
  document.documentElement.dataset.ready = "true";
});

// For whoever wants to look under the board: `caseboard.inspect()` tells where everything is drawn.
globalThis.caseboard = Object.freeze({ inspect });
