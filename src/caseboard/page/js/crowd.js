// A crowded map: lines and nodes drawn by us, all of one colour at once, and found under the pointer by us.

import { FAINT, LOOP, alphaOf, box, look, network, onLine, place, radius, ringOf, spot, tall } from "./canvas.js";
import { nodeById } from "./data.js";
import { inStory, isOpen, isShown, known, standsFor } from "./groups.js";
import { hurried } from "./motion.js";
import { paintBond, paintCross, paintNode } from "./paint.js";
import { isSelected, listen } from "./state.js";
import { color, dashes, edgeColor, threadColor } from "./theme.js";
import { endsOf, isLine, isLit, story, view } from "./view.js";

export const DETAIL = 5.5; // a node with a smaller radius on the screen is a dot
const CHUNK = 128; // lines in one path: the canvas takes too long over a path of thousands
const NEAR = 6; // so near to a line, in pixels, counts as on it

let scene = null;
let drawn = "";
listen((changed) => {
  if (["view", "story", "selection", "pair", "theme", "open"].some((name) => changed.has(name))) scene = null;
});

export const discRadius = (group) => 0.62 * group.r * look.size;
export const groupPlace = place;

function build() {
  const strokes = new Map();
  const single = [];
  const sums = new Map();
  for (const edge of view.edges) {
    if (!isLine(edge)) continue;
    const [from, to] = endsOf(edge);
    const [a, b] = [standsFor(nodeById.get(from)), standsFor(nodeById.get(to))];
    if (a || b) sum(sums, a ?? from, b ?? to);
    else single.push(edge);
  }
  for (const edge of single) {
    const lit = isLit("edges", edge.id);
    const key = `${edgeColor(edge)} ${edge.status} ${lit}`;
    if (!strokes.has(key)) {
      strokes.set(key, { color: edgeColor(edge), dash: dashes(edge.status), lit, edges: [], paths: [] });
    }
    strokes.get(key).edges.push(edge);
  }
  for (const stroke of strokes.values()) stroke.paths = paths(stroke.edges);
  const nodes = story.nodes.filter(isShown);
  return {
    strokes: [...strokes.values()].sort((a, b) => a.lit - b.lit),
    sums: [...sums.values()],
    single,
    ends: flat(single),
    nodes,
    dots: dots(nodes),
    discs: inStory().filter((group) => !isOpen(group)),
    rims: inStory().filter(isOpen),
    bonds: single.filter((edge) => edge.identity),
    crosses: single.filter((edge) => edge.status === "refuted"),
  };
}

function sum(sums, a, b) {
  if (a === b) return;
  const [one, two] = [a, b].map((end) => (typeof end === "string" ? `n${end}` : `g${end.number}`)).sort();
  const key = `${one} ${two}`;
  const at = (end) => (typeof end === "string" ? spot(end) : groupPlace(end));
  const found = sums.get(key);
  if (found) found.n++;
  else sums.set(key, { a: at(a), b: at(b), n: 1 });
}

function paths(edges) {
  const list = [];
  edges.forEach((edge, i) => {
    if (i % CHUNK === 0) list.push(new Path2D());
    const [from, to] = endsOf(edge);
    const [path, a, b] = [list.at(-1), spot(from), spot(to)];
    if (from === to) {
      const { x, y } = onLine(edge, 0);
      path.moveTo(x, y);
      path.arc(x - LOOP, y, LOOP, 0, 2 * Math.PI);
    } else {
      path.moveTo(a.x, a.y);
      path.lineTo(b.x, b.y);
    }
  });
  return list;
}

function flat(edges) {
  const ends = new Float32Array(4 * edges.length);
  edges.forEach((edge, i) => {
    const [a, b] = [onLine(edge, 0), onLine(edge, 1)];
    ends.set([a.x, a.y, b.x, b.y], 4 * i);
  });
  return ends;
}

// Nodes by the colour of the thread that most of their claims are in.
function dots(nodes) {
  const found = new Map();
  for (const node of nodes) {
    const shares = ringOf(node.id);
    const ink = shares.length ? threadColor(shares.reduce((a, b) => (b[1] > a[1] ? b : a))[0]) : color.line;
    const key = `${ink} ${alphaOf(node)}`;
    if (!found.has(key)) found.set(key, { ink, alpha: alphaOf(node), nodes: [] });
    found.get(key).nodes.push(node);
  }
  return [...found.values()].sort((a, b) => a.alpha - b.alpha);
}

/** What is in the picture now; built anew only when something else is to be drawn. */
export function now() {
  const how = `${tall()} ${look.size}`;
  if (!scene || drawn !== how) scene = build();
  drawn = how;
  return scene;
}

function frame() {
  const [a, b] = [{ x: 0, y: 0 }, { x: box.clientWidth, y: box.clientHeight }].map((corner) => network.DOMtoCanvas(corner));
  return (x, y, r) => x + r > a.x && y + r > a.y && x - r < b.x && y - r < b.y;
}

/** How a line for so many claims looks; its width in pixels. */
export function sumLook(n, { sums, rims }) {
  // Where there are thousands of them, or something else to look at, they only hint.
  const ink = Math.min(1, 300 / sums.length) * (view.light || rims.length ? 0.3 : 1);
  return { alpha: ink * Math.min(0.6, 0.1 + 0.07 * Math.log2(n)), width: Math.min(6, 0.6 + 0.5 * Math.log2(n)) };
}
export const discAlpha = (group) => (known(group).passing === 0 || view.light ? 2 * FAINT : 1);

// What links communities, or a community with somebody: the more claims, the stronger the line.
function paintSums(ctx, { sums, rims }, scale) {
  if (hurried()) return;
  ctx.save();
  ctx.strokeStyle = color.muted;
  for (const { a, b, n } of sums) {
    const { alpha, width } = sumLook(n, { sums, rims });
    ctx.globalAlpha = alpha;
    ctx.lineWidth = width / scale;
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.stroke();
  }
  ctx.restore();
}

function paintLines(ctx, { strokes, bonds, crosses }, scale, shown) {
  const rest = !hurried();
  ctx.save();
  const thin = 1 / scale;
  if (rest) {
    ctx.globalAlpha = 1;
    for (const edge of bonds.filter(({ id }) => isLit("edges", id) === shown)) paintBond(ctx, ...endsOf(edge).map(spot), 22 * look.size, isLit("edges", edge.id) ? 1 : 0.25);
  }
  for (const { color: ink, dash, lit, edges, paths: list } of strokes.filter((stroke) => stroke.lit === shown)) {
    const own = view.light && lit;
    if (!rest && !own) continue;
    ctx.strokeStyle = ink;
    ctx.globalAlpha = lit ? (own ? 1 : 0.6) : FAINT;
    // A line of one pixel is many times cheaper than a wider one.
    ctx.lineWidth = own ? Math.max(1.8, 1.6 * thin) : Math.min(1.8, thin);
    ctx.setLineDash(dash && scale > 0.45 ? dash : []);
    for (const path of list) ctx.stroke(path);
    ctx.setLineDash([]);
    if (rest && scale > 0.45) arrows(ctx, edges, ink);
  }
  ctx.globalAlpha = 1;
  if (rest && scale > 0.3) for (const edge of crosses.filter(({ id }) => isLit("edges", id) === shown)) paintCross(ctx, onLine(edge, 0.5), 5 * look.size, isLit("edges", edge.id) ? 1 : FAINT);
  ctx.restore();
}

function arrows(ctx, edges, ink) {
  const visible = frame();
  ctx.fillStyle = ink;
  const size = 8 * look.size;
  for (const edge of edges) {
    const [from, to] = endsOf(edge);
    const [a, b] = [spot(from), spot(to)];
    if (from === to || !visible(b.x, b.y, 60)) continue;
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const r = radius(nodeById.get(to)) + 3;
    const [x, y] = [b.x - dx * r, b.y - dy * r];
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - dx * size - dy * size * 0.4, y - dy * size + dx * size * 0.4);
    ctx.lineTo(x - dx * size + dy * size * 0.4, y - dy * size - dx * size * 0.4);
    ctx.fill();
  }
}

function paintNodes(ctx, { dots: list }, scale, shown) {
  const visible = frame();
  const hurry = hurried();
  const full = [];
  ctx.save();
  for (const { ink, alpha, nodes } of list.filter((dot) => (dot.alpha === 1) === shown)) {
    ctx.fillStyle = ink;
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    let n = 0;
    for (const node of nodes) {
      const [{ x, y }, r] = [spot(node.id), radius(node)];
      if (!visible(x, y, r + 12)) continue;
      if (!hurry && r * scale > DETAIL) {
        full.push(node);
        continue;
      }
      if (n++ % CHUNK === CHUNK - 1) {
        ctx.fill();
        ctx.beginPath();
      }
      // Dots of a few pixels: a square is a tenth of the work of a circle.
      if (r * scale < 2.5) ctx.rect(x - r, y - r, 2 * r, 2 * r);
      else {
        ctx.moveTo(x + r, y);
        ctx.arc(x, y, r, 0, 2 * Math.PI);
      }
    }
    ctx.fill();
  }
  ctx.restore();
  for (const node of full) {
    const selected = isSelected(node.id);
    paintNode(ctx, node, { ...at(node), r: radius(node), selected, alpha: alphaOf(node), strong: selected, scale, shares: ringOf(node.id) });
  }
}
const at = (node) => ({ x: spot(node.id).x, y: spot(node.id).y });

function circle(ctx, { x, y }, r) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
}

let marked = null;
/** Ring the community that the keyboard is at. */
export const mark = (group) => { marked = group; };

function paintRims(ctx, { rims }, scale) {
  ctx.save();
  for (const group of rims) {
    circle(ctx, groupPlace(group), group.r * look.size);
    ctx.fillStyle = color.panel;
    ctx.globalAlpha = 0.88;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = color.line;
    ctx.lineWidth = 1.5 / scale;
    ctx.stroke();
  }
  ctx.restore();
}

function paintDiscs(ctx, { discs }, scale) {
  ctx.save();
  for (const group of discs) {
    circle(ctx, groupPlace(group), discRadius(group));
    // A disc that steps back hides the lines behind it all the same.
    ctx.globalAlpha = 1;
    ctx.fillStyle = color.paper;
    ctx.fill();
    ctx.globalAlpha = discAlpha(group);
    ctx.fillStyle = color.node;
    ctx.fill();
    ctx.strokeStyle = group === marked ? color.accent : color.muted;
    ctx.lineWidth = (group === marked ? 5 : 2) / scale;
    ctx.stroke();
  }
  ctx.restore();
}

/** Draw all lines and nodes. */
export function paintCrowd(ctx) {
  const [all, scale] = [now(), network.getScale()];
  paintSums(ctx, all, scale);
  paintRims(ctx, all, scale);
  paintDiscs(ctx, all, scale);
  // What stands in the light is above everything that steps back.
  for (const shown of [false, true]) {
    paintLines(ctx, all, scale, shown);
    paintNodes(ctx, all, scale, shown);
  }
}

/** What is drawn at a point of the layout: { node }, { edge }, { group } or nothing. */
export function hit({ x, y }) {
  const all = now();
  const scale = network.getScale();
  for (let i = all.nodes.length - 1; i >= 0; i--) {
    const node = all.nodes[i];
    const here = spot(node.id);
    if (Math.hypot(here.x - x, here.y - y) <= Math.max(radius(node) + 3, 4 / scale)) return { node: node.id };
  }
  const group = all.discs.find((disc) => Math.hypot(groupPlace(disc).x - x, groupPlace(disc).y - y) <= discRadius(disc));
  if (group) return { group };
  let [edge, nearest] = [-1, (NEAR / scale) ** 2];
  const { ends } = all;
  for (let i = 0; i < ends.length; i += 4) {
    const [dx, dy] = [ends[i + 2] - ends[i], ends[i + 3] - ends[i + 1]];
    const t = Math.max(0, Math.min(1, ((x - ends[i]) * dx + (y - ends[i + 1]) * dy) / (dx * dx + dy * dy || 1)));
    const far = (ends[i] + t * dx - x) ** 2 + (ends[i + 1] + t * dy - y) ** 2;
    if (far < nearest) [edge, nearest] = [i / 4, far];
  }
  return edge < 0 ? {} : { edge: all.single[edge].id };
}
