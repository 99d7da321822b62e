// The two that somebody wants to see linked, and the paths between them over what the board shows.

import { nodeById } from "./data.js";
import { byId } from "./dom.js";
import { statusOf } from "./known.js";
import { state, update } from "./state.js";
import { endOf, endsOf, view } from "./view.js";
import { findWays } from "./ways.js";

const NEW = { from: null, to: null, by: "fewest", unsure: false };

/** Change the pair; both ends may not be the same, so the newer choice wins. */
export function link(change) {
  const pair = { ...NEW, ...state.pair, ...change };
  if (pair.from !== null && pair.from === pair.to) pair["from" in change ? "to" : "from"] = null;
  update({ pair, selection: null, table: false, tab: "linked" });
}
// The card that these were asked from is gone then: the keyboard goes on in the panel.
export function linkFrom(from) {
  link({ from, to: null });
  byId("link-to").focus();
}
export function linkTo(to) {
  link({ to });
  byId("linked").focus({ preventScroll: true });
}
export const unlink = () => update({ pair: null, tab: "map" });

let asked = "";
let ways = [];
let chosen = 0;

const passes = (unsure) => (edge) => (unsure ? statusOf(edge) !== "refuted" : statusOf(edge) === "stated");

function find({ from, to, by, unsure }) {
  return findWays(view.edges.filter(passes(unsure)), {
    from: endOf(from), to: endOf(to), by, ends: endsOf, label: (id) => nodeById.get(id).label,
  });
}

// The chosen one stays where the question has stayed the same.
function search() {
  const { pair } = state;
  ways = pair?.from && pair.to ? find(pair) : [];
  const question = JSON.stringify(pair);
  if (question !== asked) chosen = 0;
  asked = question;
  chosen = Math.max(0, Math.min(chosen, ways.length - 1));
}

export const found = () => ({ ways, chosen });

export function choose(i) {
  chosen = (i + ways.length) % ways.length;
  update({ pair: { ...state.pair } });
}

/** Whether less sure claims would link the two that nothing surer links. */
export const wouldLink = () => !state.pair.unsure && find({ ...state.pair, unsure: true }).length > 0;

/** What of the map the chosen path lights: its nodes and the lines that are told. */
view.way = () => {
  const { pair } = state;
  if (!pair) return null;
  search();
  if (!ways.length) {
    const ends = [pair.from, pair.to].filter((id) => id !== null).map(endOf).filter((id) => view.nodeIds.has(id));
    return ends.length ? { nodes: new Set(ends), edges: new Set() } : null;
  }
  const steps = ways[chosen];
  return { nodes: new Set([steps[0].from, ...steps.map(({ to }) => to)]), edges: new Set(steps.map(({ claims }) => claims[0].id)) };
};
