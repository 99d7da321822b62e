// Reading mode: the same content complete without the map, as sentences and as a table that can be sorted.

import { nodeById } from "./data.js";
import { button, byId, el } from "./dom.js";
import { saidAt, selectEdge, selectNode } from "./cards.js";
import { marked, sentences } from "./reading.js";
import { listen, state, update } from "./state.js";
import { view } from "./view.js";
import { say, statusName } from "./words.js";

const COLUMNS = [
  ["columnFrom", (edge) => nodeById.get(edge.from).label],
  ["columnRelation", (edge) => edge.label ?? edge.relation ?? ""],
  ["columnTo", (edge) => nodeById.get(edge.to).label],
  ["columnNote", (edge) => edge.note ?? ""],
  ["columnThread", (edge) => edge.threads.join(", ")],
  ["columnStatus", (edge) => statusName(edge.status)],
  ["columnRevealed", (edge) => edge.revealed ?? "", (edge) => edge.reveal_order ?? 0],
];

const place = byId("table");
// So many claims are told at once; more take seconds, so they wait until they are asked for.
const MOST_TOLD = 600;
// So many rows at a time: tens of thousands take a minute.
const ROWS = 1500;
const GROUPS = ["thread", "name"];

let group = "thread";
let asked = false;
let rows = ROWS;
let by = 0;
let down = false;

function sorted() {
  const [, text, number] = COLUMNS[by];
  const compare = number ? (a, b) => number(a) - number(b) : (a, b) => text(a).localeCompare(text(b));
  const list = [...view.edges].sort(compare);
  return down ? list.reverse() : list;
}

function header([name], i) {
  const sort = () => { down = by === i && !down; by = i; show(); place.querySelectorAll("thead button")[i].focus(); };
  return el("th", { scope: "col", role: "columnheader", "aria-sort": i === by ? (down ? "descending" : "ascending") : null },
    button({ onclick: sort }, say(name), i === by ? (down ? " ↓" : " ↑") : ""));
}

function row(edge) {
  const link = (id) => button({ class: "link", onclick: () => selectNode(id) }, nodeById.get(id).label);
  const plain = (i) => el("td", { role: "cell", class: "plain" }, COLUMNS[i][1](edge));
  // Roles are written out because a narrow screen shows each row as a block.
  return el("tr", { role: "row", class: marked(edge) ? "chosen" : null },
    el("th", { scope: "row", role: "rowheader" }, link(edge.from), " "),
    el("td", { role: "cell" }, button({ class: "verb", onclick: () => selectEdge(edge.id) }, COLUMNS[1][1](edge)), " "),
    el("td", { role: "cell" }, link(edge.to)),
    el("td", { role: "cell", class: "words" }, edge.note && el("p", {}, edge.note),
      saidAt(edge).map(({ text }) => el("small", {}, text))),
    plain(4), plain(5), plain(6));
}

function told() {
  const lang = byId("details").lang;
  const choice = (name) => button({ class: "chip", "aria-pressed": String(group === name), onclick: () => regroup(name) }, say(`group-${name}`));
  const many = view.edges.length > MOST_TOLD && !asked;
  return [
    el("header", { class: "read" },
      el("h2", {}, say("reading")),
      el("div", { class: "chips", role: "group", "aria-label": say("reading") }, GROUPS.map(choice),
        button({ class: "link", onclick: () => place.querySelector("#table-title").focus() }, say("toTable")))),
    many ? el("p", { class: "actions" }, button({ class: "button", onclick: () => { asked = true; show(); } }, say("tellAll", { n: view.edges.length })))
      : el("div", { class: "sentences", lang }, sentences(group)),
  ];
}

function regroup(name) {
  group = name;
  show();
  place.querySelectorAll(".read .chip")[GROUPS.indexOf(name)].focus();
}

function more() {
  const next = () => {
    const from = rows;
    rows += ROWS;
    show();
    place.querySelectorAll("tbody tr")[from].querySelector("button").focus();
  };
  return el("p", { class: "actions" }, button({ class: "button", onclick: next }, say("moreRows", { n: rows, all: view.edges.length })));
}

function show() {
  byId("show-table").setAttribute("aria-pressed", String(state.table));
  place.hidden = !state.table;
  if (!state.table) {
    place.replaceChildren();
    return;
  }
  const lang = byId("details").lang;
  place.replaceChildren(...told(), el("h2", { id: "table-title", tabindex: "-1" }, say("tableCaption")), el("table", { role: "table", "aria-labelledby": "table-title" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map(header))),
    el("tbody", { role: "rowgroup", lang }, sorted().slice(0, rows).map(row))));
  if (view.edges.length > rows) place.append(more());
  if (!view.edges.length) place.append(el("p", { class: "about" }, say("tableEmpty")));
}

byId("show-table").addEventListener("click", () => update({ table: !state.table, tab: "map" }));
listen((changed) => {
  const filtered = changed.has("view") || changed.has("theme");
  if (changed.has("table") || (state.table && (filtered || changed.has("selection")))) show();
  if (!changed.has("table") || !state.table) return;
  place.focus({ preventScroll: true });
  place.scrollTop = 0;
  place.querySelector(".chosen")?.scrollIntoView({ block: "center" });
});
