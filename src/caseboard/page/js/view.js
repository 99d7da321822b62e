// What of the story passes the filters, and what of it stands in the light: derived from the data and the state.

import { edgeById, nodeById, threadsOf } from "./data.js";
import { FILTERS, listen, state } from "./state.js";
import { endOf, endsOf, story } from "./story.js";

export { endOf, endsOf, isKnown, isLine, story, whyRefuted } from "./story.js";

const passes = {
  threads: (edge, chosen) => threadsOf(edge).some((thread) => chosen.has(thread)),
  kinds: (edge, chosen) => endsOf(edge).some((id) => chosen.has(nodeById.get(id).kind)),
  statuses: (edge, chosen) => chosen.has(edge.status),
  families: (edge, chosen) => chosen.has(edge.family),
};

const through = (edge, but) =>
  FILTERS.every((name) => name === but || !state[name].size || passes[name](edge, state[name]));

// What a path lights comes from pair.js, which sets `way`.
// edges and nodes that pass; what else the story has stays on the map, but steps back.
export const view = { edges: [], nodes: [], edgeIds: new Set(), nodeIds: new Set(), light: null, way: () => null };

function filter() {
  const narrowed = FILTERS.some((name) => state[name].size);
  view.edges = story.edges.filter((edge) => through(edge));
  view.edgeIds = new Set(view.edges.map((edge) => edge.id));
  view.nodeIds = new Set(view.edges.flatMap(endsOf));
  for (const node of story.nodes) if (!node.edges.length && !narrowed) view.nodeIds.add(node.id);
  view.nodes = story.nodes.filter((node) => view.nodeIds.has(node.id));
}

// The selection and what it touches; null when nothing is selected and all is equally lit.
function light() {
  const { selection } = state;
  view.light = null;
  if (!selection) {
    view.light = view.way();
    return;
  }
  if (selection.type === "nodes") {
    const ids = new Set(selection.ids);
    view.light = { nodes: ids, edges: new Set(view.edges.filter((edge) => endsOf(edge).every((id) => ids.has(id))).map((edge) => edge.id)) };
  } else if (selection.type === "edge") {
    const edge = edgeById.get(selection.id);
    view.light = { nodes: new Set(endsOf(edge)), edges: new Set([edge.id]) };
  } else {
    const near = edgesOf(selection.id);
    view.light = {
      nodes: new Set([selection.id, ...near.flatMap(endsOf)]),
      edges: new Set(near.map((edge) => edge.id)),
    };
  }
}

/** The claims that pass about a node, those about its folded personas among them. */
export const edgesOf = (id) => nodeById.get(endOf(id)).edges.filter((edge) => view.edgeIds.has(edge.id));

export const isLit = (kind, id) => !view.light || view.light[kind].has(id);

// How much would be there with this value chosen, the other filters as they are.
export function counts(name) {
  const found = new Map();
  const add = (value, id) => found.set(value, (found.get(value) ?? new Set()).add(id));
  for (const edge of story.edges) {
    if (!through(edge, name)) continue;
    if (name === "threads") for (const thread of threadsOf(edge)) add(thread, edge.id);
    else if (name === "statuses") add(edge.status, edge.id);
    else if (name === "families") add(edge.family, edge.id);
    else for (const end of endsOf(edge)) add(nodeById.get(end).kind, end);
  }
  if (name === "kinds" && FILTERS.every((other) => other === name || !state[other].size)) {
    for (const node of story.nodes) if (!node.edges.length) add(node.kind, node.id);
  }
  return (value) => found.get(value)?.size ?? 0;
}

// What was chosen and is not in the story any more, or not yet, is chosen no longer.
function forgetUnknown() {
  for (const name of FILTERS) state[name] = new Set([...state[name]].filter((value) => story.values[name].has(value)));
  const { pair } = state;
  const gone = pair && [pair.from, pair.to].some((id) => id !== null && !story.nodeIds.has(endOf(id)));
  if (gone) state.pair = null;
  return gone;
}

function keepSelection() {
  const { selection } = state;
  if (!selection) return false;
  if (selection.type === "nodes") {
    const ids = [...new Set(selection.ids.map(endOf))].filter((id) => view.nodeIds.has(id));
    if (JSON.stringify(ids) === JSON.stringify(selection.ids)) return false;
    state.selection = ids.length > 1 ? { type: "nodes", ids } : ids.length ? { type: "node", id: ids[0] } : null;
    return true;
  }
  const found = selection.type === "node" ? { type: "node", id: endOf(selection.id) } : selection;
  const there = (selection.type === "node" ? view.nodeIds : view.edgeIds).has(found.id);
  if (there && found.id === selection.id) return false;
  state.selection = there ? found : null;
  return true;
}

// Adds "view" to what changed when other edges or nodes pass, and "selection" when it could not stay.
listen((changed) => {
  const filtered = changed.has("story") || FILTERS.some((name) => changed.has(name));
  if (!filtered && !changed.has("selection") && !changed.has("pair")) return;
  if (filtered) {
    if (forgetUnknown()) changed.add("pair");
    filter();
    changed.add("view");
  }
  if (keepSelection()) changed.add("selection");
  light();
});
filter();
