// What passes the filters, and what of it stands in the light: derived from the data and the state.

import { NO_THREAD, edgeById, edges, nodeById, nodes, threadsOf } from "./data.js";
import { FILTERS, listen, state } from "./state.js";

const passes = {
  threads: (edge, chosen) => threadsOf(edge).some((thread) => chosen.has(thread)),
  kinds: (edge, chosen) => chosen.has(nodeById.get(edge.from).kind) || chosen.has(nodeById.get(edge.to).kind),
  statuses: (edge, chosen) => chosen.has(edge.status),
};

const through = (edge, but) =>
  FILTERS.every((name) => name === but || !state[name].size || passes[name](edge, state[name]));

export const view = { edges: [], edgeIds: new Set(), nodeIds: new Set(), light: null, way: () => null };

function filter() {
  const narrowed = FILTERS.some((name) => state[name].size);
  view.edges = edges.filter((edge) => through(edge));
  view.edgeIds = new Set(view.edges.map((edge) => edge.id));
  view.nodeIds = new Set(view.edges.flatMap((edge) => [edge.from, edge.to]));
  for (const node of nodes) if (!node.edges.length && !narrowed) view.nodeIds.add(node.id);
}

// The selection and what it touches; null when nothing is selected and all is equally lit.
function light() {
  const { selection } = state;
  view.light = null;
  if (!selection) {
    view.light = view.way();
    return;
  }
  if (selection.type === "edge") {
    const edge = edgeById.get(selection.id);
    view.light = { nodes: new Set([edge.from, edge.to]), edges: new Set([edge.id]) };
  } else {
    const near = edgesOf(selection.id);
    view.light = {
      nodes: new Set([selection.id, ...near.flatMap((edge) => [edge.from, edge.to])]),
      edges: new Set(near.map((edge) => edge.id)),
    };
  }
}

export const edgesOf = (id) => nodeById.get(id).edges.filter((edge) => view.edgeIds.has(edge.id));

export const isLit = (kind, id) => !view.light || view.light[kind].has(id);

// How much would be there with this value chosen, the other filters as they are.
export function counts(name) {
  const found = new Map();
  const add = (value, id) => found.set(value, (found.get(value) ?? new Set()).add(id));
  for (const edge of edges) {
    if (!through(edge, name)) continue;
    if (name === "threads") for (const thread of threadsOf(edge)) add(thread, edge.id);
    else if (name === "statuses") add(edge.status, edge.id);
    else for (const end of [edge.from, edge.to]) add(nodeById.get(end).kind, end);
  }
  if (name === "kinds" && !state.threads.size && !state.statuses.size) {
    for (const node of nodes) if (!node.edges.length) add(node.kind, node.id);
  }
  return (value) => found.get(value)?.size ?? 0;
}

export const hasLoose = edges.some((edge) => threadsOf(edge)[0] === NO_THREAD);

listen((changed) => {
  if (FILTERS.some((name) => changed.has(name))) {
    filter();
    const { selection } = state;
    const gone = selection && !(selection.type === "node" ? view.nodeIds : view.edgeIds).has(selection.id);
    if (gone) state.selection = null;
    light();
  } else if (changed.has("selection") || changed.has("pair")) light();
});
filter();

export const endOf = (id) => id;
