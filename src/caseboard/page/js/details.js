// The panel with what is known about the selection, who says so, and from when on.

import { edgeById, nodeById } from "./data.js";
import { card, nodeLink, phrase } from "./cards.js";
import { button, byId, el } from "./dom.js";
import { factsShown } from "./known.js";
import { link, linkFrom, linkTo } from "./pair.js";
import { listen, state, update } from "./state.js";
import { edgesOf, view } from "./view.js";
import { countEdges, kindOf, say } from "./words.js";

const panel = byId("details");

// Whoever came from the path finder goes back to it or names the second end; anybody else starts it here.
function linking(id) {
  const { pair } = state;
  const other = pair?.from && !pair.to && pair.from !== id ? nodeById.get(pair.from) : null;
  return el("p", { class: "actions" },
    other && button({ class: "button primary", onclick: () => linkTo(id) }, say("linkTo", { name: other.label })),
    button({ class: "button", onclick: () => linkFrom(id) }, say("linkFrom")));
}

function nodeDetails(node) {
  const claims = [...factsShown(node.id), ...edgesOf(node.id)];
  const families = new Map();
  for (const claim of claims) {
    const family = claim.family ?? "";
    families.set(family, [...(families.get(family) ?? []), claim]);
  }
  const kind = node.persona ? say("persona") : kindOf(node.kind);
  return [
    el("p", { class: "kicker" }, node.unknown ? `${kind} · ${say("unknown")}` : kind),
    el("h2", {}, node.label),
    node.aliases.length > 0 && el("p", { class: "about" }, say("alsoKnown", { names: node.aliases.join(", ") })),
    node.comment && el("p", { class: "about" }, node.comment),
    linking(node.id),
    !claims.length && el("p", { class: "about" }, say("noClaims")),
    [...families].map(([family, list]) => [
      el("h3", {}, family ? `${family} · ${list.length}` : countEdges(list.length)),
      list.map((claim) => card(claim, { from: node.id })),
    ]).flat(2),
  ];
}

function edgeDetails(edge) {
  const ends = new Set([edge.from, edge.to]);
  const others = view.edges.filter((other) => other !== edge && ends.has(other.from) && ends.has(other.to) && (other.from !== other.to || ends.size === 1));
  return [
    el("p", { class: "kicker" }, edge.family ? `${say("claim")} · ${edge.family}` : say("claim")),
    el("h2", {}, nodeLink(edge.from), ` ${phrase(edge)} `, nodeLink(edge.to)),
    card(edge, { whole: false, open: true }),
    others.length > 0 && el("h3", {}, say("between")),
    others.map((other) => card(other)),
  ];
}

// Several at once: who they are, and what is claimed among them.
function severalDetails(ids) {
  const claims = view.edges.filter((edge) => view.light.edges.has(edge.id));
  return [
    el("p", { class: "kicker" }, say("together")),
    el("h2", {}, ids.map((id, i) => [i ? ", " : "", nodeLink(id)]).flat()),
    claims.length ? el("h3", {}, countEdges(claims.length)) : el("p", { class: "about" }, say("togetherNone")),
    ids.length === 2 && el("p", { class: "actions" }, button({ class: "button", onclick: () => link({ from: ids[0], to: ids[1] }) }, say("linked"))),
    claims.map((claim) => card(claim)),
  ];
}

function show() {
  const { selection } = state;
  if (!selection) {
    panel.replaceChildren(el("h2", {}, say("nothing")), el("p", { class: "about" }, say("nothingSay")));
    return;
  }
  const { type, id, ids } = selection;
  const content = type === "nodes" ? severalDetails(ids) : type === "node" ? nodeDetails(nodeById.get(id)) : edgeDetails(edgeById.get(id));
  const back = () => {
    update({ selection: null, tab: state.pair ? "linked" : "map" });
    if (state.pair) byId("linked").focus({ preventScroll: true });
  };
  panel.replaceChildren(
    button({ class: "close", "aria-label": say("close"), onclick: back }, "✕"),
    state.pair ? el("p", { class: "back" }, button({ class: "link", onclick: back }, say("backToPaths"))) : "",
    ...content.flat().filter(Boolean),
  );
  panel.scrollTop = 0;
}

listen((changed) => {
  const follows = ["view", "theme", "pair"].some((name) => changed.has(name));
  // Links in the panel are made anew: whoever was on one of them is put back into the panel.
  const inside = panel.contains(document.activeElement);
  if (changed.has("selection") || follows) show();
  if (inside && !panel.contains(document.activeElement)) (state.selection ? panel : byId("map")).focus({ preventScroll: true });
  if (!changed.has("selection") || !state.selection) return;
  const { type, id } = state.selection;
  byId("live").textContent = type === "edge" ? panel.querySelector("h2").textContent
    : say("selectedNode", { name: panel.querySelector("h2").textContent, edges: countEdges(type === "node" ? edgesOf(id).length : view.light.edges.size) });
});

export { show as showDetails };
