// The case in sentences, by thread or by name: all that the map shows, for whoever reads or listens.

import { NO_THREAD, threadComment, threads, threadsOf } from "./data.js";
import { nodeLink, places, reasons, refutation, selectEdge, selectNode, sentence, standing, words } from "./cards.js";
import { button, el } from "./dom.js";
import { factsShown, statusOf } from "./known.js";
import { hasProof } from "./reasons.js";
import { isSelected, state } from "./state.js";
import { edgeColor, threadColor } from "./theme.js";
import { open } from "./theories.js";
import { edgesOf, endOf, endsOf, view } from "./view.js";
import { kindOf, say } from "./words.js";

/** Whether a claim is what is selected, or about it: what the map lights. */
export function marked(claim) {
  const ends = claim.node ? [endOf(claim.node)] : endsOf(claim);
  const { type, id } = state.selection ?? {};
  return type === "edge" ? id === claim.id : type === "nodes" ? ends.every(isSelected) : ends.some(isSelected);
}
const toMap = (name, onclick) => button({ class: "to-map", onclick, "aria-label": say("toMapSay", { name }) }, say("toMap"));

function told(claim, from, color = edgeColor(claim)) {
  const content = sentence(claim, from);
  const line = el("p", { class: "sentence" }, content);
  return el("li", { class: [statusOf(claim) === "refuted" && "refuted", marked(claim) && "chosen"].filter(Boolean).join(" ") || null, vars: { "--c": color } },
    line,
    words(claim),
    standing(claim, { threads: from !== null, color }),
    statusOf(claim) === "refuted" && refutation(claim),
    hasProof(claim.id) ? reasons(claim) : places(claim),
    toMap(line.textContent, () => (claim.node ? selectNode(claim.node) : selectEdge(claim.id))));
}

const list = (claims, from, color) => claims.length > 0 && el("ul", { class: "told" }, claims.map((claim) => told(claim, from, color)));

function byThread() {
  const claims = [...[...view.edges].sort((a, b) => a.reveal_order - b.reveal_order), ...factsShown()];
  return [...threads, NO_THREAD].map((thread) => {
    const own = claims.filter((claim) => threadsOf(claim).includes(thread));
    const rest = open(thread);
    return (own.length > 0 || rest.length > 0) && el("section", {},
      el("h3", { class: "thread", vars: { "--c": threadColor(thread) } }, thread === NO_THREAD ? say("noThread") : thread),
      threadComment(thread) && el("p", { class: "about" }, threadComment(thread)),
      list(own, null, threadColor(thread)), rest);
  });
}

const byName = () => [...view.nodes].sort((a, b) => a.label.localeCompare(b.label)).map((node) =>
  el("section", { class: isSelected(node.id) ? "chosen" : null },
    el("h3", {}, nodeLink(node.id)),
    el("p", { class: "about" }, [node.persona ? say("persona") : kindOf(node.kind), node.unknown && say("unknown"),
      node.aliases.length > 0 && say("alsoKnown", { names: node.aliases.join(", ") })].filter(Boolean).join(" · "), " · ",
      toMap(node.label, () => selectNode(node.id))),
    node.comment && el("p", {}, node.comment),
    list([...factsShown(node.id), ...edgesOf(node.id)], node.id)));

/** The sentences, by "thread" or by "name". */
export const sentences = (by) => [
  ...(by === "thread" ? byThread() : [...byName(), ...[open()].filter((all) => all.length).map((all) => el("section", {}, el("h3", {}, say("open")), all))]),
].filter(Boolean);
