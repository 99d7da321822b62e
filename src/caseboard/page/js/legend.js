// What the colours, lines and shapes of a picture mean: entries set in rows, for the canvas and for the SVG.

import { NO_THREAD, kinds, statuses, threads, threadsOf } from "./data.js";
import { byId } from "./dom.js";
import { view } from "./view.js";
import { kindName, say, statusName } from "./words.js";

export const HEAD = 64;
const MARGIN = 22;
const ROW = 24;
const MARK = 34; // room for the sign before the words

const used = (values, found) => values.filter((value) => found.has(value));

function entries() {
  const lines = new Set(view.edges.flatMap(threadsOf));
  return [
    ...used([...threads, NO_THREAD], lines).map((value) => ({ type: "thread", value, text: value === NO_THREAD ? say("noThread") : value })),
    ...used(statuses, new Set(view.edges.map((edge) => edge.status))).map((value) => ({ type: "status", value, text: statusName(value) })),
    ...used(kinds, new Set(view.nodes.map((node) => node.kind))).map((value) => ({ type: "kind", value, text: kindName(value) })),
  ];
}

/** The entries with their places in a picture of this width, and how high they stand; `measure` gives a text's width. */
export function legend(width, measure) {
  let [x, row] = [MARGIN, 0];
  let last = null;
  const placed = entries().map((entry) => {
    const wide = MARK + 10 + measure(entry.text);
    if (x > MARGIN && (x + wide > width - MARGIN || last !== entry.type)) [x, row] = [MARGIN, row + 1];
    last = entry.type;
    const at = { ...entry, x, y: 20 + row * ROW, mark: MARK };
    x += wide + 22;
    return at;
  });
  return { placed, height: placed.length ? 40 + row * ROW : 0 };
}

/** What stands at the head of a picture: the title, and how much of the board is in it. */
export const heading = () => ({ title: document.title, counts: byId("counts").textContent, x: MARGIN });
