// The names of nodes, and of lines that touch the selection: measured, placed and drawn by us.

import { CROWD, alphaOf, box, look, network, onLine, onScreen, radius, spot } from "./canvas.js";
import { edges, nodeById } from "./data.js";
import { groupPlace } from "./crowd.js";
import { discLabels, placeDiscNames } from "./discs.js";
import { isShown } from "./groups.js";
import { breakLines, placeLabels, Taken } from "./labels.js";
import { hurried } from "./motion.js";
import { covers } from "./room.js";
import { isSelected } from "./state.js";
import { color, edgeColor } from "./theme.js";
import { endsOf, isLine, isLit, story, view } from "./view.js";
import { say } from "./words.js";

const MOST_VERBS = 30;
const MANY_NAMES = 60;
const NARROWER = [0.75, 0.55];
const CLOSE = 8; // pixels from the node of another
const MOST_NAMES = 220; // so many are tried on a crowded map, the most central first
const MOST_WHILE_MOVING = 24;

export let labels = new Map(); // id -> { lines, font, dx, dy, w, h } beside the node, in pixels
export let verbs = []; // { edge, t, w, h }
const pen = document.createElement("canvas").getContext("2d");

const fontOf = (node) => `${node.kind === "person" ? 600 : 400} ${look.font}px ${color.sans}`;
const aliasFont = () => `italic 400 ${look.font + 1.5}px ${color.serif}`;
const widths = new Map();
function measure(font) {
  return (text) => {
    const key = font + text;
    if (!widths.has(key)) {
      pen.font = font;
      widths.set(key, pen.measureText(text).width);
    }
    return widths.get(key);
  };
}

export function caption(node, width = look.wrap) {
  const set = (text, font, ink, most, wrap = width) => breakLines(text, wrap, measure(font), most).map((line) => ({ text: line, font, ink }));
  const lines = set(node.label, fontOf(node), "ink", 3);
  if (node.folded.length) lines.push(...set(say("alias", { names: node.folded.join(", ") }), aliasFont(), "muted", 2, 1.4 * width));
  return { lines, w: Math.max(0, ...lines.map(({ text, font }) => measure(font)(text))) + 4, h: lines.length * look.font * 1.2 + 2 };
}

/** Find a place for every name and verb as the map lies now. */
export function settle() {
  const scale = network.getScale();
  const screen = new Map();
  const frame = [3, 3, box.clientWidth - 3, box.clientHeight - 3];
  const shown = story.nodes.filter(isShown);
  for (const node of shown) {
    const { x, y } = onScreen(node.id);
    const r = radius(node) * scale;
    if (x > -r && y > -r && x < frame[2] + r && y < frame[3] + r) screen.set(node.id, { x, y, r: r + 2 });
  }
  const important = (node) => (isSelected(node.id) ? 1e9 : node.edges.length);
  const named = shown.filter((node) => screen.has(node.id) && alphaOf(node) === 1).sort((a, b) => important(b) - important(a));
  if (CROWD) named.splice(MOST_NAMES);
  let captions = new Map();
  const items = () => named.map((node) => ({ id: node.id, ...screen.get(node.id), ...captions.get(node.id) }));
  const boxes = [...screen].map(([id, { x, y, r }]) => [[x - r, y - r, x + r, y + r], id]).filter(([, id]) => alphaOf(nodeById.get(id)) === 1);
  const lines = edges.length > 400 ? [] : view.edges.filter((edge) => isLine(edge) && isLit("edges", edge.id))
    .map((edge) => endsOf(edge).map((id) => screen.get(id))).filter(([a, b]) => a && b).map(([a, b]) => [a.x, a.y, b.x, b.y]);
  const blocked = covers();
  const taken = [...blocked, ...placeDiscNames(measure, blocked, frame)];
  let placed = new Map();
  for (const close of named.length > MANY_NAMES ? [0] : [CLOSE, 0]) {
    captions = new Map(named.map((node) => [node.id, caption(node)]));
    placed = placeLabels(items(), boxes, taken, lines, frame, close);
    // Names that find no place are set narrower, and all are placed anew.
    for (const share of named.length > MANY_NAMES ? [] : NARROWER) {
      const left = named.filter(({ id }) => !placed.has(id));
      if (!left.length) break;
      for (const node of left) captions.set(node.id, caption(node, share * look.wrap));
      placed = placeLabels(items(), boxes, taken, lines, frame, close);
    }
    if (placed.size === named.length) break;
  }
  labels = new Map();
  for (const [id, [x0, y0, x1, y1]] of placed) {
    const at = screen.get(id);
    labels.set(id, { ...captions.get(id), dx: (x0 + x1) / 2 - at.x, dy: (y0 + y1) / 2 - at.y });
  }
  placeVerbs(boxes, [...placed.values()], blocked, frame);
}

function placeVerbs(nodeBoxes, labelBoxes, blocked, frame) {
  verbs = [];
  if (!view.light || view.light.edges.size > MOST_VERBS) return;
  const taken = new Taken();
  for (const [taking] of nodeBoxes) taken.add(taking);
  for (const taking of [...labelBoxes, ...blocked]) taken.add(taking);
  // The cross on a refuted line is not to be covered.
  const crossed = view.edges.filter((edge) => edge.status === "refuted" && isLine(edge) && view.light.edges.has(edge.id));
  for (const { x, y } of crossed.map((edge) => network.canvasToDOM(onLine(edge, 0.5)))) taken.add([x - 8, y - 8, x + 8, y + 8]);
  const wide = measure(`400 ${look.font - 1.5}px ${color.sans}`);
  for (const edge of view.edges.filter((candidate) => isLine(candidate) && view.light.edges.has(candidate.id))) {
    const [w, h] = [wide(edge.label ?? edge.relation ?? "") + 14, look.font + 6];
    for (const t of [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74]) {
      const { x, y } = network.canvasToDOM(onLine(edge, t));
      const at = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      if (at[0] < frame[0] || at[1] < frame[1] || at[2] > frame[2] || at[3] > frame[3] || taken.hits(at)) continue;
      taken.add(at);
      verbs.push({ edge, t, w, h });
      break;
    }
  }
}

function write(ctx, { x, y }, { lines, dx, dy }, { scale, halo }) {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(1 / scale, 1 / scale);
  ctx.lineWidth = 4;
  ctx.strokeStyle = color.paper;
  lines.forEach(({ text, font, ink }, i) => {
    const down = dy + (i - (lines.length - 1) / 2) * look.font * 1.2 + 0.5;
    ctx.font = font;
    ctx.fillStyle = color[ink];
    if (halo) ctx.strokeText(text, dx, down);
    ctx.fillText(text, dx, down);
  });
  ctx.restore();
}

export function drawNames(ctx) {
  const scale = network.getScale();
  ctx.save();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  const hurry = hurried();
  // On the way only the foremost names come along, without the halo, which takes most of the time.
  for (const [id, words] of hurry ? [...labels].slice(0, MOST_WHILE_MOVING) : labels) write(ctx, spot(id), words, { scale, halo: !hurry });
  for (const words of discLabels) write(ctx, groupPlace(words.group), words, { scale, halo: !hurry });
  if (hurry) {
    ctx.restore();
    return;
  }
  for (const { edge, t, w, h } of verbs) {
    const { x, y } = onLine(edge, t);
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(1 / scale, 1 / scale);
    ctx.beginPath();
    ctx.roundRect(-w / 2, -h / 2, w, h, h / 2);
    ctx.fillStyle = color.panel;
    ctx.fill();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = edgeColor(edge);
    ctx.stroke();
    ctx.fillStyle = color.ink;
    ctx.font = `400 ${look.font - 1.5}px ${color.sans}`;
    ctx.fillText(edge.label ?? edge.relation ?? "", 0, 0.5);
    ctx.restore();
  }
  ctx.restore();
}

/** Until the map has come to rest at what is selected now, keep only the names that stay lit. */
export function forget() {
  labels = new Map([...labels].filter(([id]) => alphaOf(nodeById.get(id)) === 1));
  verbs = [];
}

/** Measure anew: the page's own fonts are there now. */
export const forgetWidths = () => widths.clear();
