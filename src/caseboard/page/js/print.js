// What a printer gets: the map in its light colours, and every claim shown as a row of a table.

import { box } from "./canvas.js";
import { saidAt } from "./cards.js";
import { nodeById } from "./data.js";
import { byId, el } from "./dom.js";
import { factsShown, statusOf } from "./known.js";
import { measure } from "./picture.js";
import { state, update } from "./state.js";
import { drawing } from "./svg.js";
import { view } from "./view.js";
import { say, statusName } from "./words.js";

const sheet = byId("print");
const COLUMNS = ["claim", "columnNote", "columnStatus", "columnRevealed"];

const row = (claim, words, status) => el("tr", {},
  el("th", { scope: "row" }, words),
  el("td", {}, claim.note && el("p", {}, claim.note), saidAt(claim).map(({ text }) => el("small", {}, text))),
  el("td", {}, statusName(status)), el("td", {}, claim.revealed ?? ""));

function fill() {
  const label = (id) => nodeById.get(id).label;
  sheet.replaceChildren(drawing(measure), el("table", { lang: byId("details").lang },
    el("thead", {}, el("tr", {}, COLUMNS.map((name) => el("th", { scope: "col" }, say(name))))),
    el("tbody", {},
      view.edges.map((edge) => row(edge, `${label(edge.from)} ${edge.label ?? edge.relation ?? ""} ${label(edge.to)}`, edge.status)),
      factsShown().map((fact) => row(fact, `${label(fact.node)} ${fact.label} ${fact.value}`, statusOf(fact))))));
}

let before = null; // the theme to go back to
function start() {
  if (before) return;
  before = state.theme;
  if (before !== "light") update({ theme: "light" });
  fill();
}

function end() {
  if (!before) return;
  sheet.replaceChildren();
  if (before !== "light") update({ theme: before });
  before = null;
}

// The map keeps its size on paper, though nobody sees it there: what is drawn from it would else be empty.
new ResizeObserver(() => {
  if (matchMedia("print").matches || !box.clientWidth) return;
  document.documentElement.style.setProperty("--map-w", `${box.clientWidth}px`);
  document.documentElement.style.setProperty("--map-h", `${box.clientHeight}px`);
}).observe(box);

// Some browsers tell only one of the two.
addEventListener("beforeprint", start);
addEventListener("afterprint", end);
matchMedia("print").addEventListener("change", ({ matches }) => (matches ? start() : end()));
