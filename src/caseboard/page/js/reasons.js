// Why something follows: a tree of sentences, each rule with its premises, down to what the sources say.

import { el } from "./dom.js";
import { waysTo } from "./known.js";
import { say } from "./words.js";

export const hasProof = (id) => waysTo(id).length > 0;

/** The ways to a claim, as a list; `tell` gives what stands for a premise. */
export function proofOf(id, tell) {
  const shown = new Set();
  function prove(claim, above) {
    // A way that leads back to what is to be proved proves nothing.
    const ways = waysTo(claim).filter(({ premises }) => !premises.some((premise) => above.includes(premise)));
    if (!ways.length) return null;
    if (shown.has(claim)) return el("p", { class: "because" }, say("shownAbove"));
    shown.add(claim);
    return el("ol", { class: "proof" }, ways.map(({ rule, premises }, i) => el("li", {},
      el("p", { class: "because" }, say(i ? "alsoBecause" : "because", { rule })),
      el("ul", {}, premises.map((premise) => el("li", {}, tell(premise), prove(premise, [...above, premise])))))));
  }
  return prove(id, [id]);
}
