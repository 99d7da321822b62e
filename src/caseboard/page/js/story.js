// What the viewer knows who has watched as far as the point says: claims, things, who is behind whom. Nothing of
// what comes later is in here, and nodes and edges themselves say only what holds now.

import { edges, nodeById, nodes, points, threadsOf } from "./data.js";
import { listen, state } from "./state.js";

export const story = {
  edges: [], // known claims, refuted ones too
  nodes: [], // known things, without the personas that are folded into their person
  edgeIds: new Set(),
  nodeIds: new Set(),
  behind: new Map(), // folded persona -> the person behind it, as ids
  foldable: 0, // how many personas are revealed, folded or not
  values: { threads: new Set(), kinds: new Set(), statuses: new Set(), families: new Set() },
};

/** Whether something revealed at that point is known by now. */
export const isKnown = (order) => state.point === null || order <= state.point;

/** The node at which an end of a claim is drawn: a folded persona's is the person behind it. */
export const endOf = (id) => story.behind.get(id) ?? id;
export const endsOf = (edge) => [endOf(edge.from), endOf(edge.to)];

/** Whether a line is to be drawn: what a persona has to do with its own person is none once they are one. */
export const isLine = (edge) => edge.from === edge.to || endOf(edge.from) !== endOf(edge.to);

/** The claims known by now for which a claim is no longer believed. */
export const whyRefuted = (edge) => (edge.status === "refuted" ? story.edges.filter((other) => edge.refuters.includes(other.claim)) : []);

const unmasks = (edge) => edge.identity && edge.status === "stated" && edge.from !== edge.to;

// A persona of two people belongs to neither; a circle of aliases has nobody behind it.
function peopleBehind() {
  const people = new Map();
  for (const edge of story.edges.filter(unmasks)) people.set(edge.from, (people.get(edge.from) ?? new Set()).add(edge.to));
  const next = new Map([...people].filter(([, all]) => all.size === 1).map(([persona, [person]]) => [persona, person]));
  const last = new Map();
  for (const persona of next.keys()) {
    const passed = new Set();
    let here = persona;
    while (next.has(here) && !passed.has(here)) {
      passed.add(here);
      here = last.get(here) ?? next.get(here);
    }
    if (!next.has(here)) for (const one of passed) last.set(one, here);
  }
  return last;
}

// Names and masks as the page was made with, before this module lets them depend on the point.
const made = new Map(nodes.map((node) => {
  const personas = new Set(node.edges.filter((edge) => edge.identity && edge.to === node.id).map((edge) => nodeById.get(edge.from).label));
  return [node, {
    names: node.aliases.filter((alias) => !personas.has(alias)),
    persona: node.persona && !node.edges.some((edge) => edge.identity && edge.from === node.id),
  }];
}));

function describe(people) {
  // Of a name that no claim on this page gives it is not known when it comes out, so it comes last.
  const all = state.point === null || state.point >= points.length - 1;
  for (const node of nodes) {
    const { names, persona } = made.get(node);
    node.edges = [];
    node.aliases = all ? [...names] : [];
    node.folded = [];
    node.persona = Boolean(all && persona);
  }
  for (const edge of story.edges.filter(unmasks)) {
    nodeById.get(edge.from).persona = true;
    nodeById.get(edge.to).aliases.push(nodeById.get(edge.from).label);
  }
  for (const [persona, person] of people) nodeById.get(person).aliases.push(nodeById.get(persona).label);
  for (const [persona, person] of story.behind) nodeById.get(person).folded.push(nodeById.get(persona).label);
  for (const node of nodes) node.aliases = [...new Set(node.aliases)];
  for (const edge of story.edges) for (const id of new Set(endsOf(edge))) nodeById.get(id).edges.push(edge);
}

function tell() {
  for (const edge of edges) {
    const gone = edge.refute_order !== undefined && isKnown(edge.refute_order);
    edge.status = gone ? "refuted" : edge.claimed;
    edge.refuted = gone ? edge.believedUntil : undefined;
  }
  story.edges = edges.filter((edge) => isKnown(edge.reveal_order));
  story.edgeIds = new Set(story.edges.map((edge) => edge.id));
  const people = peopleBehind();
  story.foldable = people.size;
  story.behind = state.apart ? new Map() : people;
  describe(people);
  story.nodes = nodes.filter((node) => isKnown(node.reveal_order) && !story.behind.has(node.id));
  story.nodeIds = new Set(story.nodes.map((node) => node.id));
  story.values = {
    threads: new Set(story.edges.flatMap(threadsOf)),
    kinds: new Set(story.nodes.map((node) => node.kind)),
    statuses: new Set(story.edges.map((edge) => edge.status)),
    families: new Set(story.edges.map((edge) => edge.family).filter((family) => family !== undefined)),
  };
}

// Adds "story" to what changed when it is really told anew.
let told = null;
function tellAnew() {
  const how = `${state.point} ${state.apart}`;
  if (how === told) return false;
  told = how;
  tell();
  return true;
}
listen((changed) => tellAnew() && changed.add("story"));
tellAnew();
