// What the viewer has chosen. One object, changed only through `update`, which tells everybody who listens.

import { points } from "./data.js";

const listeners = [];

export const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

/** The state of a page that nobody has touched. */
export const fresh = () => ({
  selection: null, // { type: "node" | "edge", id }, or of several { type: "nodes", ids }
  threads: new Set(), // an empty set lets everything pass
  kinds: new Set(),
  statuses: new Set(),
  families: new Set(),
  point: points.length > 1 ? 0 : null, // how far the viewer has watched: an index into points, null for everything
  asking: points.length > 1, // nobody has said yet how far
  apart: false, // personas stay apart after their reveal
  table: false, // reading mode
  pair: null, // path finder: { from, to, by: "fewest" | "strongest", unsure: boolean }
  query: null, // name of the query whose panel is open
  theme: preferred,
  tab: "map", // which panel a narrow screen shows
  open: [], // numbers of the communities that are open, the last one opened last
  camera: null, // { x, y, zoom } where the viewer moved the map to; null while it fits by itself
});

export const state = fresh();

/** Whether a node is selected, alone or among others. */
export const isSelected = (id) => (state.selection?.type === "nodes" ? state.selection.ids.includes(id) : state.selection?.type === "node" && state.selection.id === id);

// After these the map looks for its own place again.
const REFITS = ["selection", "pair", "point", "apart", "tab", "open"];

export function update(change) {
  if (!("camera" in change) && REFITS.some((name) => name in change)) change = { ...change, camera: null };
  if ("point" in change && !("asking" in change)) change = { ...change, asking: false };
  Object.assign(state, change);
  const changed = new Set(Object.keys(change));
  for (const listener of listeners) listener(changed);
}

// `listener` gets the names of what changed, and adds what changes by that, for those who come after it:
// listeners are told in the order in which they came.
export const listen = (listener) => listeners.push(listener);

export const FILTERS = ["threads", "kinds", "statuses", "families"];

export function toggle(filter, value) {
  const next = new Set(state[filter]);
  if (!next.delete(value)) next.add(value);
  update({ [filter]: next });
}

/** Clear whatever was chosen; how far somebody has watched and in which light stay theirs. */
export const reset = () => update({ ...fresh(), point: state.point, asking: state.asking, theme: state.theme });
