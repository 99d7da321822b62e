// The analyst's panel: named queries with the answers they had when the page was made, and the one behind the map.

import { behind } from "./behind.js";
import { edgeById, edges, nodeById, nodes, queries, terms } from "./data.js";
import { button, byId, el } from "./dom.js";
import { FILTERS, listen, state, update } from "./state.js";
import { copy } from "./take.js";
import { endOf, endsOf, story, view } from "./view.js";
import { say } from "./words.js";

const heading = (title) => title.replace(/\.$/, "");

export const THIS_VIEW = "";
const panel = byId("queries");
const opener = byId("open-queries");
opener.hidden = !Object.keys(terms).length && !queries.length;

// A cell is a text, the place of a node, or a text with the place of a claim.
function read(cell) {
  if (typeof cell === "number") return { text: nodes[cell].label, node: nodes[cell].id };
  return Array.isArray(cell) ? { text: cell[0], edge: edges[cell[2]].id } : { text: cell };
}

/** Leave the panel for the map, and look at this; filters that hide it are lifted. */
function show(selection) {
  const { type, id, ids = [id] } = selection;
  // Of several, what is claimed among them is to be seen as well.
  const seen = type === "edge" ? view.edgeIds : view.nodeIds;
  const whole = ids.length < 2 || among(story.edges, ids).length === among(view.edges, ids).length;
  const lifted = whole && ids.every((one) => seen.has(one)) ? {} : Object.fromEntries(FILTERS.map((name) => [name, new Set()]));
  update({ ...lifted, selection, query: null, table: false, tab: "details" });
}

const among = (edges, ids) => edges.filter((edge) => endsOf(edge).every((id) => ids.includes(id)));

// What a row is about: the one claim it names or the best between the two it names; else all whom it names.
function about(cells) {
  const claims = [...new Set(cells.map((cell) => cell.edge))].filter((id) => story.edgeIds.has(id));
  const named = cells.filter((cell) => cell.node !== undefined).map((cell) => endOf(cell.node));
  const ids = [...new Set([...named, ...claims.flatMap((id) => endsOf(edgeById.get(id)))])].filter((id) => story.nodeIds.has(id));
  if (claims.length === 1 && ids.length < 3) return { type: "edge", id: claims[0] };
  if (ids.length === 2) {
    const words = new Set(cells.map(({ text }) => text));
    const [between] = among(story.edges, ids).filter((edge) => endsOf(edge)[0] !== endsOf(edge)[1])
      .sort((a, b) => words.has(b.label) - words.has(a.label) || (a.status === "refuted") - (b.status === "refuted") || (b.strength ?? 0) - (a.strength ?? 0));
    if (between) return { type: "edge", id: between.id };
  }
  return ids.length > 1 ? { type: "nodes", ids } : ids.length ? { type: "node", id: ids[0] } : null;
}

function row(packed) {
  const cells = packed.map(read);
  const target = about(cells);
  const content = ({ text, node, edge }) => {
    if (node !== undefined) return button({ class: "link", onclick: () => show({ type: "node", id: endOf(node) }) }, text || node);
    if (edge !== undefined) return button({ class: "link", onclick: () => show({ type: "edge", id: edge }) }, text);
    return text;
  };
  return el("tr", {},
    cells.map((cell) => el("td", {}, content(cell))),
    el("td", { class: "go" }, target && button({ class: "button", onclick: () => show(target), "aria-label": say("showRow", { row: cells.map(({ text }) => text).join(", ") }) }, say("onMap"))));
}

function code(text, title) {
  return [el("h3", {}, title),
    el("pre", { tabindex: "0", role: "region", "aria-label": title }, el("code", {}, text)),
    button({ class: "button", onclick: () => copy(text, say("queryCopied")) }, say("copyQuery"))];
}

const everything = () => el("div", { class: "wait" }, el("p", {}, say("answersWait")),
  button({ class: "button", onclick: () => { update({ point: null }); panel.querySelector("h2")?.focus(); } }, say("showEverything")));

function answer({ title, columns, rows, sparql }) {
  const known = state.point === null;
  return [
    el("h2", { tabindex: "-1" }, heading(title)),
    el("p", { class: "about" }, say("answerNote")),
    known ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, el("table", {},
      el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col" }, name.replaceAll("_", " "))), el("th", {}, el("span", { class: "unseen" }, say("onMap"))))),
      el("tbody", { lang: byId("details").lang }, rows.map(row)))) : everything(),
    ...code(sparql, say("sparql")),
  ];
}

const thisView = () => [
  el("h2", { tabindex: "-1" }, say("thisView")),
  el("p", { class: "about" }, say(view.edges.some((edge) => edge.claimed === "inferred") ? "thisViewInferred" : "thisViewNote", { n: view.edges.length })),
  ...code(behind(), say("sparql")),
];

function list() {
  const choice = (name, title) => el("li", {}, button({ "aria-current": state.query === name ? "true" : null, onclick: () => open(name) }, title));
  const held = queries.filter((query) => query.rows);
  const left = (test) => queries.filter((query) => !query.rows && test(query.count)).map(({ name, count }) => (count > 0 ? `${name} (${count})` : name)).join(", ");
  const words = [["queriesEmpty", left((count) => count === 0)], ["queriesLong", left((count) => count > 0)], ["queriesMany", left((count) => count < 0)]];
  return el("nav", { "aria-label": say("queries") },
    el("ul", {}, terms.prefixes && choice(THIS_VIEW, say("thisView")), held.map(({ name, title }) => choice(name, heading(title)))),
    words.map(([key, names]) => names && el("p", { class: "about" }, say(key, { names }))));
}

function open(name) {
  update({ query: name, table: false, tab: "map" });
  panel.querySelector("h2")?.focus();
}

function draw() {
  const chosen = queries.find(({ name, rows }) => rows && name === state.query);
  opener.setAttribute("aria-expanded", String(state.query !== null));
  panel.hidden = state.query === null;
  if (panel.hidden) return panel.replaceChildren();
  return panel.replaceChildren(
    button({ class: "close", "aria-label": say("closeQueries"), onclick: leave }, "✕"),
    list(), el("article", {}, (chosen ? answer(chosen) : thisView()).flat()));
}

function leave() {
  update({ query: null });
  byId("map").focus({ preventScroll: true });
}

opener.addEventListener("click", () => (state.query === null ? open(THIS_VIEW) : leave()));
listen((changed) => {
  // Whoever opens the table or goes to somebody has left the panel.
  if (changed.has("table") && state.table && state.query !== null) state.query = null;
  if (changed.has("query") || changed.has("table") || (state.query !== null && ["view", "story", "point"].some((name) => changed.has(name)))) draw();
});
