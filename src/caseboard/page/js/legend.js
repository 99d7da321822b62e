// What the colours, lines and shapes of a picture mean: entries set in rows, for the canvas and for the SVG.

import { NO_THREAD, kinds, statuses, threads, threadsOf } from "./data.js";
import { byId } from "./dom.js";
import { drawn } from "./drawn.js";
import { breakLines } from "./labels.js";
import { ring } from "./paint.js";
import { view } from "./view.js";
import { kindName, say, statusName } from "./words.js";

export const HEAD = 64;
const MARGIN = 22;
const ROW = 24;
const LINE = 17; // between the lines of one entry
const SPARE = 1.1; // a drawing may be looked at without the page's fonts, and others are wider
const MARK = 34; // room for the sign before the words

const used = (values, found) => values.filter((value) => found.has(value));

// One entry for each sign that the map draws, and none that it does not.
function entries() {
  const { single, nodes, discs, rims, sums } = drawn();
  const seen = nodes.filter((node) => view.nodeIds.has(node.id));
  const lines = new Set([...single.flatMap(threadsOf), ...seen.flatMap((node) => ring(node).map(([thread]) => thread))]);
  const some = (list, type, key, value) => (list.length ? [{ type, value, text: say(key) }] : []);
  return [
    ...used([...threads, NO_THREAD], lines).map((value) => ({ type: "thread", value, text: value === NO_THREAD ? say("noThread") : value })),
    ...used(statuses, new Set(single.map((edge) => edge.status))).map((value) => ({ type: "status", value, text: statusName(value) })),
    ...used(kinds, new Set(seen.map((node) => node.kind))).map((kind) => ({ type: "kind", value: { kind }, text: kindName(kind) })),
    ...some(seen.filter((node) => node.persona && !node.unknown), "kind", "persona", { kind: "person", persona: true }),
    ...some(seen.filter((node) => node.unknown), "kind", "unknown", { kind: "person", unknown: true }),
    ...some(single.filter((edge) => edge.identity), "bond", "legendBond"),
    ...some(discs, "disc", "legendDisc"), ...some(rims, "rim", "legendRim"), ...some(sums, "sum", "legendSum"),
  ];
}

const SHELVES = ["thread", "status", "kind"]; // what stands in rows of its own

/** The entries with their places in a picture of this width, and how high they stand; `measure` gives a text's width. */
export function legend(width, measure) {
  let [x, y, high, last] = [MARGIN, 20, 1, null];
  const placed = entries().map((entry) => {
    const lines = breakLines(entry.text, (width - 2 * MARGIN - MARK - 10) / SPARE, measure, 4, 1);
    const wide = MARK + 10 + SPARE * Math.max(0, ...lines.map(measure));
    const shelf = SHELVES.indexOf(entry.type);
    if (x > MARGIN && (x + wide > width - MARGIN || last !== shelf)) [x, y, high] = [MARGIN, y + ROW + (high - 1) * LINE, 1];
    last = shelf;
    const at = { ...entry, lines: lines.map((text, i) => ({ text, x: x + MARK + 8, y: y + i * LINE })), x, y, mark: MARK };
    x += wide + 22;
    high = Math.max(high, lines.length);
    return at;
  });
  return { placed, height: placed.length ? y + 20 + (high - 1) * LINE : 0 };
}

/** What stands at the head of a picture: the title, and how much of the board is in it. */
export const heading = () => ({ title: document.title, counts: byId("counts").textContent, x: MARGIN });
