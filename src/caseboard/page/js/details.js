// The panel with what is known about the selection, who says so, and from when on.

import { NO_THREAD, edgeById, nodeById, threadsOf } from "./data.js";
import { button, byId, el } from "./dom.js";
import { lineIcon } from "./icons.js";
import { listen, state, update } from "./state.js";
import { dashes, edgeColor } from "./theme.js";
import { edgesOf, view } from "./view.js";
import { countEdges, kindOf, say, statusName } from "./words.js";

const panel = byId("details");

export const selectNode = (id) => update({ selection: { type: "node", id }, table: false, tab: "details" });
export const selectEdge = (id) => update({ selection: { type: "edge", id }, table: false, tab: "details" });

const nodeLink = (id) => button({ class: "link", onclick: () => selectNode(id) }, nodeById.get(id).label);
const verb = (edge, text) => button({ class: "verb", onclick: () => selectEdge(edge.id) }, text);
const phrase = (edge) => edge.label ?? edge.relation ?? "";

// Seen from one end, a claim starts there and needs not say so; seen from nowhere it is a whole sentence.
function sentence(edge, from) {
  if (edge.from === from) return [verb(edge, phrase(edge)), " ", nodeLink(edge.to)];
  if (edge.to === from && edge.inverse) return [verb(edge, edge.inverse), " ", nodeLink(edge.from)];
  return [nodeLink(edge.from), " ", verb(edge, phrase(edge)), " ", nodeLink(edge.to)];
}

function card(edge, { from = null, whole = true } = {}) {
  const named = threadsOf(edge).filter((thread) => thread !== NO_THREAD);
  return el("article", { class: edge.status === "refuted" ? "card refuted" : "card", vars: { "--c": edgeColor(edge) } },
    whole && el("p", { class: "sentence" }, sentence(edge, from)),
    edge.note && el("p", { class: "words" }, edge.note),
    el("p", { class: "facts" },
      el("span", { class: "mark" }, lineIcon(dashes(edge.status), edgeColor(edge)), statusName(edge.status)),
      edge.refuted && el("span", {}, say("refutedIn", { point: edge.refuted })),
      edge.revealed && el("span", {}, say("knownFrom", { point: edge.revealed })),
      named.length > 0 && el("span", {}, named.join(", "))),
    (edge.evidence ? edge.evidence.split("; ") : []).map((place) => el("p", { class: "said" }, place)));
}

function nodeDetails(node) {
  const claims = edgesOf(node.id);
  const families = new Map();
  for (const edge of claims) {
    const family = edge.family ?? "";
    families.set(family, [...(families.get(family) ?? []), edge]);
  }
  const kind = node.persona ? say("persona") : kindOf(node.kind);
  return [
    el("p", { class: "kicker" }, node.unknown ? `${kind} · ${say("unknown")}` : kind),
    el("h2", {}, node.label),
    node.aliases.length > 0 && el("p", { class: "about" }, say("alsoKnown", { names: node.aliases.join(", ") })),
    node.comment && el("p", { class: "about" }, node.comment),
    !claims.length && el("p", { class: "about" }, say("noClaims")),
    [...families].map(([family, list]) => [
      el("h3", {}, family ? `${family} · ${list.length}` : countEdges(list.length)),
      list.map((edge) => card(edge, { from: node.id })),
    ]).flat(2),
  ];
}

function edgeDetails(edge) {
  const ends = new Set([edge.from, edge.to]);
  const others = view.edges.filter((other) => other !== edge && ends.has(other.from) && ends.has(other.to) && (other.from !== other.to || ends.size === 1));
  return [
    el("p", { class: "kicker" }, edge.family ? `${say("claim")} · ${edge.family}` : say("claim")),
    el("h2", {}, nodeLink(edge.from), ` ${phrase(edge)} `, nodeLink(edge.to)),
    card(edge, { whole: false }),
    others.length > 0 && el("h3", {}, say("between")),
    others.map((other) => card(other)),
  ];
}

function show() {
  const { selection } = state;
  if (!selection) {
    panel.replaceChildren(el("h2", {}, say("nothing")), el("p", { class: "about" }, say("nothingSay")));
    return;
  }
  const content = selection.type === "node" ? nodeDetails(nodeById.get(selection.id)) : edgeDetails(edgeById.get(selection.id));
  panel.replaceChildren(
    button({ class: "close", "aria-label": say("close"), onclick: () => update({ selection: null, tab: "map" }) }, "✕"),
    ...content.flat().filter(Boolean),
  );
  panel.scrollTop = 0;
}

listen((changed) => {
  const filtered = changed.has("view") || changed.has("theme");
  // Links in the panel are made anew: whoever was on one of them is put back into the panel.
  const inside = panel.contains(document.activeElement);
  if (changed.has("selection") || filtered) show();
  if (inside && !panel.contains(document.activeElement)) (state.selection ? panel : byId("map")).focus({ preventScroll: true });
  if (!changed.has("selection") || !state.selection) return;
  const node = nodeById.get(state.selection.id);
  byId("live").textContent = state.selection.type === "node"
    ? say("selectedNode", { name: node.label, edges: countEdges(edgesOf(node.id).length) })
    : panel.querySelector("h2").textContent;
});

export { show as showDetails };
