// What a printer gets: the map in its light colours, and what it shows as rows of a table.

import { box } from "./canvas.js";
import { saidAt } from "./cards.js";
import { nodeById } from "./data.js";
import { byId, el } from "./dom.js";
import { drawn } from "./drawn.js";
import { groups, isOpen, isShown, known } from "./groups.js";
import { factsShown, statusOf } from "./known.js";
import { measure } from "./picture.js";
import { state, update } from "./state.js";
import { drawing } from "./svg.js";
import { endOf, view } from "./view.js";
import { countEdges, countNodes, say, statusName } from "./words.js";

const sheet = byId("print");
const COLUMNS = ["claim", "columnNote", "columnStatus", "columnRevealed"];

const row = (claim, words, status) => el("tr", {},
  el("th", { scope: "row" }, words),
  el("td", {}, claim.note && el("p", {}, claim.note), saidAt(claim).map(({ text }) => el("small", {}, text))),
  el("td", {}, statusName(status)), el("td", {}, claim.revealed ?? ""));

const table = (...content) => el("table", { lang: byId("details").lang }, content);
const heads = (names) => el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, say(name)))));

// On a map of communities those are what is seen, and single claims only where one is open or somebody is chosen.
function communities({ single, discs, rims }) {
  const size = (group) => known(group).members.length;
  const line = (group) => el("tr", {}, el("th", { scope: "row" }, known(group).members.slice(0, 8).map(({ label }) => label).join(", ")),
    el("td", {}, countNodes(size(group))), el("td", {}, isOpen(group) ? say("legendRim") : ""));
  return groups.length > 0 && [
    table(heads(["printCommunity", "printSize", "printOpen"]), el("tbody", {}, [...rims, ...discs].sort((a, b) => size(b) - size(a)).map(line))),
    el("p", {}, say("printClaims", { n: single.length, all: countEdges(view.edges.length) })),
  ];
}

function fill() {
  const label = (id) => nodeById.get(id).label;
  const seen = drawn();
  const facts = factsShown().filter((fact) => isShown(nodeById.get(endOf(fact.node))));
  const claims = groups.length ? seen.single : view.edges;
  sheet.replaceChildren(drawing(measure), ...[communities(seen)].flat().filter(Boolean), table(heads(COLUMNS),
    el("tbody", {},
      claims.map((edge) => row(edge, `${label(edge.from)} ${edge.label ?? edge.relation ?? ""} ${label(edge.to)}`, edge.status)),
      facts.map((fact) => row(fact, `${label(fact.node)} ${fact.label} ${fact.value}`, statusOf(fact))))));
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
