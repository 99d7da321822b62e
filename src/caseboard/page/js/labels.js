// Where the names go: beside their node, over nothing, never cut off. All lengths are pixels on the screen.

const CELL = 72;
const LIMIT = 2000; // squares from the corner, far beyond any screen

// Boxes that are taken, found by the squares of a grid they lie in.
export class Taken {
  constructor() { this.cells = new Map(); }

  *keys([x0, y0, x1, y1]) {
    const [left, top, right, bottom] = [x0, y0, x1, y1].map((side) => Math.max(-LIMIT, Math.min(LIMIT, Math.floor(side / CELL))));
    for (let i = left; i <= right; i++) for (let j = top; j <= bottom; j++) yield i * 4096 + j;
  }

  add(box, owner = null) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push([box, owner]);
    }
  }

  hits(box, owner = null) {
    for (const key of this.keys(box)) {
      for (const [other, whose] of this.cells.get(key) ?? []) {
        if ((whose === null || whose !== owner) && overlap(box, other)) return true;
      }
    }
    return false;
  }
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
const inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

// Break a name at blanks into lines no wider than `wrap`; at most three, the last one then ends in an ellipsis.
// A single word may be `over` times as wide.
export function breakLines(text, wrap, measure, limit = 3, over = 1.35) {
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measure(longer) <= wrap) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const kept = lines.slice(0, limit);
  if (lines.length > limit) kept[limit - 1] += "…";
  return kept.map((line) => shorten(line, wrap * over, measure));
}

function shorten(line, most, measure) {
  if (measure(line) <= most) return line;
  const letters = [...line];
  while (letters.length > 1 && measure(`${letters.join("")}…`) > most) letters.pop();
  return `${letters.join("")}…`;
}

const GAP = 4;
// Under the node reads best; the others cost a little more.
const SIDES = [
  [0, (x, y, r, w, h) => [x - w / 2, y + r + GAP]],
  [2, (x, y, r, w, h) => [x - w / 2, y - r - GAP - h]],
  [3, (x, y, r, w, h) => [x + r + GAP + 1, y - h / 2]],
  [3, (x, y, r, w, h) => [x - r - GAP - 1 - w, y - h / 2]],
  [5, (x, y, r, w, h) => [x + r * 0.6 + GAP, y + r * 0.6 + GAP - 2]],
  [5, (x, y, r, w, h) => [x - r * 0.6 - GAP - w, y + r * 0.6 + GAP - 2]],
  [5, (x, y, r, w, h) => [x + r * 0.6 + GAP, y - r * 0.6 - GAP + 2 - h]],
  [5, (x, y, r, w, h) => [x - r * 0.6 - GAP - w, y - r * 0.6 - GAP + 2 - h]],
  [4, (x, y, r, w, h) => [x - w * 0.2, y + r + GAP]],
  [4, (x, y, r, w, h) => [x - w * 0.8, y + r + GAP]],
  [5, (x, y, r, w, h) => [x - w * 0.2, y - r - GAP - h]],
  [5, (x, y, r, w, h) => [x - w * 0.8, y - r - GAP - h]],
  [6, (x, y, r, w, h) => [x + r + GAP, y - h * 0.85]],
  [6, (x, y, r, w, h) => [x + r + GAP, y - h * 0.15]],
  [6, (x, y, r, w, h) => [x - r - GAP - w, y - h * 0.85]],
  [6, (x, y, r, w, h) => [x - r - GAP - w, y - h * 0.15]],
  [7, (x, y, r, w) => [x - w * 0.05, y + r + GAP]],
  [7, (x, y, r, w) => [x - w * 0.95, y + r + GAP]],
  [7, (x, y, r, w, h) => [x - w * 0.05, y - r - GAP - h]],
  [7, (x, y, r, w, h) => [x - w * 0.95, y - r - GAP - h]],
];

function lineCost(box, lines) {
  let cost = 0;
  for (const [ax, ay, bx, by] of lines) {
    const outside = Math.max(ax, bx) < box[0] || Math.min(ax, bx) > box[2] || Math.max(ay, by) < box[1] || Math.min(ay, by) > box[3];
    if (outside) continue;
    let covered = 0;
    for (let i = 1; i < 24; i++) {
      const [x, y] = [ax + ((bx - ax) * i) / 24, ay + ((by - ay) * i) / 24];
      if (x > box[0] && x < box[2] && y > box[1] && y < box[3]) covered++;
    }
    if (covered) cost += 2.5 + covered;
  }
  return cost;
}

/**
 * Choose a place for each label; those that find none are left out.
 * @param items { id, x, y, r, w, h }, the most important first; x, y, r of the node, w and h of its label
 * @param nodes boxes of all nodes: [box, id]
 * @param blocked boxes where nothing may stand
 * @param lines [ax, ay, bx, by] of the edges, which a label had better not cover
 * @param frame [x0, y0, x1, y1] to stay in
 * @param close how near to the node of another a label had better not come: it would seem to be that one's
 * @returns Map from id to [x0, y0, x1, y1]
 */
export function placeLabels(items, nodes, blocked, lines, frame, close) {
  let order = items;
  let best = new Map();
  // A label without a place goes first in the next round.
  for (let round = 0; round < (items.length > CROWD ? 1 : 8); round++) {
    const placed = once(order, nodes, blocked, lines, frame, close);
    if (placed.size > best.size) best = placed;
    if (placed.size === items.length) break;
    order = [...order.filter((item) => !placed.has(item.id)), ...order.filter((item) => placed.has(item.id))];
  }
  return best;
}

// In a crowd the most important names may stand on nodes where nothing else is free; otherwise only names at the rim
// would find a place.
const CROWD = 150;
const SPOKEN = 24;

function once(items, nodes, blocked, lines, frame, close) {
  const marks = new Taken();
  const taken = new Taken();
  for (const [box, id] of nodes) marks.add(box, id);
  for (const box of blocked) taken.add(box);
  const placed = new Map();
  for (const [i, { id, x, y, r, w, h }] of items.entries()) {
    const find = (over) => {
      let best = null;
      for (const [base, corner] of SIDES) {
        if (best && best.cost <= base) continue;
        const [x0, y0] = corner(x, y, r, w, h);
        const box = [x0, y0, x0 + w, y0 + h];
        if (!inside(box, frame) || taken.hits(box) || (!over && marks.hits(box, id))) continue;
        const cost = base + lineCost(box, lines) + (close && marks.hits([x0 - close, y0 - close, box[2] + close, box[3] + close], id) ? 5 : 0);
        if (!best || cost < best.cost) best = { cost, box };
      }
      return best;
    };
    const best = find(false) ?? (items.length > CROWD && i < SPOKEN ? find(true) : null);
    if (!best) continue;
    placed.set(id, best.box);
    taken.add(best.box);
  }
  return placed;
}
