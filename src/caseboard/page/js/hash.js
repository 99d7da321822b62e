// The whole state in the address, so that it can be copied, reloaded and gone back to. What stands there may come
// from anybody: what the page does not know is ignored.

import { NO_THREAD, communities, edgeById, families, kinds, nodeById, points, queries, statuses, threads } from "./data.js";
import { fresh, listen, preferred, state, update } from "./state.js";

const KEYS = { threads: "thread", kinds: "kind", statuses: "status", families: "family" };
const KNOWN = {
  threads: new Set([...threads, NO_THREAD]),
  kinds: new Set(kinds),
  statuses: new Set(statuses),
  families: new Set(families),
};
// What one would want to go back to; the rest changes in place.
const STEPS = ["selection", "point", "pair", "query", "table", "open"];

function write() {
  const { selection, point, asking, pair, query, camera } = state;
  const words = new URLSearchParams();
  if (points.length > 1 && !asking) words.set("point", point === null ? "all" : String(point));
  if (selection) for (const id of selection.ids ?? [selection.id]) words.append(selection.type === "edge" ? "edge" : "node", id);
  for (const [name, key] of Object.entries(KEYS)) for (const value of state[name]) words.append(key, value);
  if (pair) {
    for (const end of ["from", "to"]) if (pair[end] !== null) words.set(end, pair[end]);
    words.set("by", pair.by);
    if (pair.unsure) words.set("unsure", "1");
  }
  if (query !== null) words.set("query", query);
  if (state.open.length) words.set("open", state.open.join("."));
  for (const name of ["apart", "table"]) if (state[name]) words.set(name, "1");
  if (state.tab !== "map") words.set("tab", state.tab);
  if (state.theme !== preferred) words.set("theme", state.theme);
  if (camera) {
    words.set("x", camera.x.toFixed(1));
    words.set("y", camera.y.toFixed(1));
    words.set("zoom", camera.zoom.toFixed(3));
  }
  return words.toString();
}

const number = (text) => (text !== null && /^-?\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : null);

function readPoint(text) {
  if (points.length < 2) return {};
  if (text === "all") return { point: null, asking: false };
  return /^\d{1,6}$/.test(text ?? "") && Number(text) < points.length ? { point: Number(text), asking: false } : {};
}

function readSelection(words) {
  const [ids, edge] = [[...new Set(words.getAll("node"))].filter((id) => nodeById.has(id)), words.get("edge")];
  if (ids.length > 1) return { type: "nodes", ids };
  if (ids.length) return { type: "node", id: ids[0] };
  return edgeById.has(edge) ? { type: "edge", id: edge } : null;
}

function readPair(words) {
  const [from, to, by] = ["from", "to", "by"].map((name) => words.get(name));
  const named = [from, to].filter((id) => id !== null);
  // Half a question that somebody made up would light whoever the other half names.
  if (!["fewest", "strongest"].includes(by) || !named.every((id) => nodeById.has(id)) || (named.length && from === to)) return null;
  return { from, to, by, unsure: words.get("unsure") === "1" };
}

const readOpen = (text) => [...new Set((text ?? "").split(".").filter((part) => /^\d{1,6}$/.test(part)).map(Number))].filter((i) => i < communities.length);

function readCamera(words) {
  const [x, y, zoom] = ["x", "y", "zoom"].map((name) => number(words.get(name)));
  return x === null || y === null || zoom === null ? null : { x, y, zoom: Math.min(4, Math.max(0.02, zoom)) };
}

/** The state that the text of an address asks for. */
function read(text) {
  const words = new URLSearchParams(text);
  const found = { ...fresh(), ...readPoint(words.get("point")) };
  for (const [name, key] of Object.entries(KEYS)) found[name] = new Set(words.getAll(key).filter((value) => KNOWN[name].has(value)));
  const [query, tab, theme] = ["query", "tab", "theme"].map((name) => words.get(name));
  return {
    ...found,
    selection: readSelection(words),
    pair: readPair(words),
    query: query === "" || queries.some(({ name, rows }) => rows && name === query) ? query : null,
    apart: words.get("apart") === "1",
    table: words.get("table") === "1",
    open: readOpen(words.get("open")),
    tab: ["explore", "details", "linked"].includes(tab) ? tab : "map",
    theme: ["light", "dark"].includes(theme) ? theme : preferred,
    camera: readCamera(words),
  };
}

const here = () => location.hash.slice(1);
let step = null; // what is to be written at the end of this turn: a step to go back to, or not
let barred = false;

function keep() {
  const words = write();
  const how = step ? "pushState" : "replaceState";
  step = null;
  if (barred || (words === here() && history.state?.ours)) return;
  try {
    // The whole address, because "#…" alone would be read against the address of a frame's parent.
    history[how]({ ours: true }, "", document.URL.split("#")[0] + (words && `#${words}`));
  } catch (error) {
    // A frame that may not have an address of its own: all works, only there is no link to copy.
    if (!(error instanceof DOMException)) throw error;
    barred = true;
  }
}

let reading = false;
listen((changed) => {
  if (step === null) queueMicrotask(keep);
  step = step || (!reading && STEPS.some((name) => changed.has(name)));
});

/** Take over what stands in the address. */
export function obey() {
  const found = read(here());
  // Going back is no wish for the light of then.
  if (history.state?.ours) delete found.theme;
  reading = true;
  update(found);
  reading = false;
}

// This module is loaded before those that draw, so that nothing is drawn twice.
Object.assign(state, read(here()));
addEventListener("popstate", obey);
addEventListener("hashchange", () => here() !== write() && obey());
