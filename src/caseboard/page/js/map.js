// The map: vis-network draws lines and finds what is under the pointer; nodes, names and verbs are ours.

import { edgeById, edges, nodeById, nodes, options, threadsOf } from "./data.js";
import { byId } from "./dom.js";
import { breakLines, placeLabels, Taken } from "./labels.js";
import { border, paintBond, paintCross, paintNode, ring } from "./paint.js";
import { listen, state, update } from "./state.js";
import { color, dashes, edgeColor } from "./theme.js";
import { edgesOf, isLit, view } from "./view.js";

const { DataSet, Network } = globalThis.vis;
const box = byId("canvas");
const FAINT = 0.13;
const MOST_VERBS = 16;
const MARGIN = 8;

const tall = () => box.clientHeight > box.clientWidth;
const style = () => (tall() ? { size: 0.66, font: 11.5, wrap: 88 } : { size: 1, font: 13.5, wrap: 124 });
const still = matchMedia("(prefers-reduced-motion: reduce)");
let look = style();
let rings = new Map();
let hovered = null;

const radius = (node) => node.size * look.size;
const place = (node) => (tall() ? { x: node.tallX, y: node.tallY } : { x: node.x, y: node.y });

// Lines between the same two lie side by side, bent like strings; a single one is straight.
function bends() {
  const groups = Map.groupBy ? Map.groupBy(edges, pair) : group(edges, pair);
  const bend = new Map();
  for (const list of groups.values()) {
    list.forEach((edge, i) => {
      const turn = (i - (list.length - 1) / 2) * 0.22 * (edge.from < edge.to ? 1 : -1);
      bend.set(edge.id, turn === 0 || edges.length > 300 ? { enabled: false }
        : { enabled: true, type: turn > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(turn) });
    });
  }
  return bend;
}
const pair = (edge) => JSON.stringify([edge.from, edge.to].sort());
function group(list, key) {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function edgeLook(edge) {
  const lit = isLit("edges", edge.id);
  const line = edgeColor(edge);
  return {
    id: edge.id,
    hidden: !view.edgeIds.has(edge.id),
    dashes: dashes(edge.status),
    width: (view.light && lit ? 2.8 : 1.8) * (tall() ? 0.75 : 1),
    color: { color: line, highlight: line, hover: line, opacity: lit ? (view.light ? 1 : 0.72) : FAINT },
    arrows: { to: { enabled: true, scaleFactor: tall() ? 0.36 : 0.5 } },
  };
}

const alphaOf = (node) => (view.nodeIds.has(node.id) && isLit("nodes", node.id) ? 1 : FAINT);

function drawNode({ ctx, id, x, y, state: { hover } }) {
  const node = nodeById.get(id);
  const r = radius(node);
  const selected = state.selection?.id === id && state.selection.type === "node";
  return {
    drawNode: () => paintNode(ctx, node, {
      x, y, r, selected, alpha: alphaOf(node), strong: selected || hover, scale: network.getScale(), shares: rings.get(id),
    }),
    nodeDimensions: { width: 2 * r, height: 2 * r },
  };
}

const bend = bends();
const nodeSet = new DataSet(nodes.map((node) => ({ id: node.id, ...place(node), shape: "custom", ctxRenderer: drawNode })));
const edgeSet = new DataSet(edges.map((edge) => ({ ...edgeLook(edge), from: edge.from, to: edge.to, smooth: bend.get(edge.id),
  selfReference: { size: 18, angle: Math.PI / 4 } })));
const readRings = () => { rings = new Map(nodes.map((node) => [node.id, ring(node)])); };
readRings();
const network = new Network(box, { nodes: nodeSet, edges: edgeSet }, { ...options, autoResize: false });

// vis-network takes a custom shape for a box; arrows should end at the outline that is really drawn.
for (const node of nodes) {
  network.body.nodes[node.id].shape.distanceToBorder = (_, angle) => border(node.kind, radius(node), angle);
}
// The canvas is a picture; keyboard and screen reader use what is around it.
box.querySelector(".vis-network").tabIndex = -1;
box.querySelector("canvas").tabIndex = -1;
box.querySelector("canvas").setAttribute("aria-hidden", "true");

// ---- names and verbs ----

let labels = new Map(); // id -> { lines, font, dx, dy, w, h } beside the node, in pixels
let verbs = []; // { edge, t, w, h }
let stale = true;
const pen = document.createElement("canvas").getContext("2d");

const fontOf = (node) => `${node.kind === "person" ? 600 : 400} ${look.font}px ${color.sans}`;
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

function caption(node) {
  const font = fontOf(node);
  const wide = measure(font);
  const lines = breakLines(node.label, look.wrap, wide);
  return { font, lines, w: Math.max(0, ...lines.map(wide)) + 4, h: lines.length * look.font * 1.2 + 2 };
}

// What lies over the map, as boxes in its pixels; names stay clear of it.
function covers() {
  const at = box.getBoundingClientRect();
  return ["tools", "zoom", "hint", "details", "explore"].map(byId).concat(document.querySelector(".phone-title"))
    .filter((element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null)
    .map((element) => element.getBoundingClientRect())
    .map((rect) => [rect.left - at.left - 4, rect.top - at.top - 4, rect.right - at.left + 4, rect.bottom - at.top + 4])
    .filter(([x0, y0, x1, y1]) => x1 > 0 && y1 > 0 && x0 < at.width && y0 < at.height);
}

function settle() {
  stale = false;
  const scale = network.getScale();
  const spots = network.getPositions();
  const screen = new Map();
  const frame = [3, 3, box.clientWidth - 3, box.clientHeight - 3];
  for (const node of nodes) {
    const { x, y } = network.canvasToDOM(spots[node.id]);
    const r = radius(node) * scale;
    if (x > -r && y > -r && x < frame[2] + r && y < frame[3] + r) screen.set(node.id, { x, y, r: r + 2 });
  }
  const important = (node) => (state.selection?.id === node.id ? 1e9 : node.edges.length);
  const named = nodes.filter((node) => screen.has(node.id) && alphaOf(node) === 1).sort((a, b) => important(b) - important(a));
  const captions = new Map(named.map((node) => [node.id, caption(node)]));
  const items = named.map((node) => ({ id: node.id, ...screen.get(node.id), ...captions.get(node.id) }));
  const boxes = [...screen].map(([id, { x, y, r }]) => [[x - r, y - r, x + r, y + r], id]).filter(([, id]) => alphaOf(nodeById.get(id)) === 1);
  const lines = edges.length > 400 ? [] : view.edges.filter((edge) => isLit("edges", edge.id))
    .map((edge) => [screen.get(edge.from), screen.get(edge.to)]).filter(([a, b]) => a && b).map(([a, b]) => [a.x, a.y, b.x, b.y]);
  const blocked = covers();
  const placed = placeLabels(items, boxes, blocked, lines, frame);
  labels = new Map();
  for (const [id, [x0, y0, x1, y1]] of placed) {
    const at = screen.get(id);
    labels.set(id, { ...captions.get(id), dx: (x0 + x1) / 2 - at.x, dy: (y0 + y1) / 2 - at.y });
  }
  placeVerbs(scale, boxes, [...placed.values()], blocked, frame);
}

const onLine = (edge, t) => network.body.edges[edge.id].edgeType.getPoint(t);

function placeVerbs(scale, nodeBoxes, labelBoxes, blocked, frame) {
  verbs = [];
  if (!view.light || view.light.edges.size > MOST_VERBS) return;
  const taken = new Taken();
  for (const [taking] of nodeBoxes) taken.add(taking);
  for (const taking of [...labelBoxes, ...blocked]) taken.add(taking);
  const wide = measure(`400 ${look.font - 1.5}px ${color.sans}`);
  for (const edge of view.edges.filter((candidate) => view.light.edges.has(candidate.id))) {
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

function drawLabels(ctx) {
  const scale = network.getScale();
  const spots = network.getPositions([...labels.keys()]);
  ctx.save();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const [id, { lines, font, dx, dy }] of labels) {
    const { x, y } = spots[id];
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(1 / scale, 1 / scale);
    ctx.font = font;
    ctx.lineWidth = 4;
    ctx.strokeStyle = color.paper;
    ctx.fillStyle = color.ink;
    lines.forEach((line, i) => {
      const down = dy + (i - (lines.length - 1) / 2) * look.font * 1.2 + 0.5;
      ctx.strokeText(line, dx, down);
      ctx.fillText(line, dx, down);
    });
    ctx.restore();
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

network.on("beforeDrawing", (ctx) => {
  for (const edge of view.edges) {
    if (!edge.identity) continue;
    const spots = network.getPositions([edge.from, edge.to]);
    paintBond(ctx, spots[edge.from], spots[edge.to], 22 * look.size, isLit("edges", edge.id) ? 1 : 0.25);
  }
});
network.on("afterDrawing", (ctx) => {
  for (const edge of view.edges) {
    if (edge.status === "refuted") paintCross(ctx, onLine(edge, 0.5), 5 * look.size, isLit("edges", edge.id) ? 1 : FAINT);
  }
  if (stale && !moving) settle();
  drawLabels(ctx);
});

// ---- where we look ----

let moving = false;
const redraw = () => { stale = true; network.redraw(); };

// The part of the map that nothing covers.
function open() {
  const [w, h] = [box.clientWidth, box.clientHeight];
  const wide = innerWidth > 820;
  const details = byId("details");
  const beside = state.selection && wide ? details.offsetWidth : 0;
  const sheet = wide || state.tab === "map" ? 0 : byId(state.tab).offsetHeight;
  return { left: MARGIN, right: w - beside - MARGIN, top: wide ? MARGIN + 4 : 58, bottom: h - (sheet || (wide && !beside ? 44 : MARGIN)) };
}

/** Show these nodes with their names in the open part, at most at this zoom. */
export function fit(ids, { most = 1.3, animate = true } = {}) {
  if (!ids.length) return;
  const area = open();
  const spots = network.getPositions(ids);
  const things = ids.map((id) => ({ ...spots[id], r: radius(nodeById.get(id)), ...caption(nodeById.get(id)) }));
  const extent = (scale) => ({
    x0: Math.min(...things.map(({ x, r, w }) => x * scale - Math.max(r * scale, w / 2))),
    x1: Math.max(...things.map(({ x, r, w }) => x * scale + Math.max(r * scale, w / 2))),
    y0: Math.min(...things.map(({ y, r }) => (y - r) * scale)),
    y1: Math.max(...things.map(({ y, r, h }) => (y + r) * scale + h + 6)),
  });
  let [low, high] = [0.02, most];
  for (let i = 0; i < 24; i++) {
    const scale = (low + high) / 2;
    const { x0, x1, y0, y1 } = extent(scale);
    if (x1 - x0 <= area.right - area.left && y1 - y0 <= area.bottom - area.top) low = scale;
    else high = scale;
  }
  const { x0, x1, y0, y1 } = extent(low);
  const middle = { x: (area.left + area.right - box.clientWidth) / 2, y: (area.top + area.bottom - box.clientHeight) / 2 };
  const position = { x: ((x0 + x1) / 2 - middle.x) / low, y: ((y0 + y1) / 2 - middle.y) / low };
  move({ position, scale: low }, animate);
}

function move(target, animate) {
  const glide = animate && !still.matches && edges.length <= 1000;
  moving = glide;
  if (!glide) stale = true;
  network.moveTo({ ...target, animation: glide ? { duration: 320, easingFunction: "easeInOutQuad" } : false });
  if (!glide) redraw();
}
network.on("animationFinished", () => { moving = false; redraw(); });

export const fitAll = (how) => fit(view.nodeIds.size ? [...view.nodeIds] : nodes.map((node) => node.id), how);
export const zoom = (factor) => move({ scale: Math.min(4, Math.max(0.05, network.getScale() * factor)) }, true);
const fitSelection = () => (view.light ? fit([...view.light.nodes], { most: 1.25 }) : fitAll());

// ---- pointer ----

// A name belongs to its node: a click on it counts.
function labelAt({ x, y }) {
  const spots = network.getPositions([...labels.keys()]);
  for (const [id, { dx, dy, w, h }] of labels) {
    const at = network.canvasToDOM(spots[id]);
    if (Math.abs(at.x + dx - x) <= w / 2 && Math.abs(at.y + dy - y) <= h / 2) return id;
  }
  return null;
}
const verbAt = ({ x, y }) => verbs.find(({ edge, t, w, h }) => {
  const at = network.canvasToDOM(onLine(edge, t));
  return Math.abs(at.x - x) <= w / 2 && Math.abs(at.y - y) <= h / 2;
})?.edge.id;

function under({ nodes: [node], edges: [edge], pointer }) {
  const id = node ?? labelAt(pointer.DOM);
  if (id !== null && id !== undefined && view.nodeIds.has(id)) return { type: "node", id };
  const line = verbAt(pointer.DOM) ?? edge;
  return line !== undefined && view.edgeIds.has(line) ? { type: "edge", id: line } : null;
}
network.on("click", (event) => {
  network.unselectAll();
  update({ selection: under(event) });
});

const tip = byId("tip");
function hover(event) {
  const { x, y } = event.pointer.DOM;
  const edge = edgeById.get(event.edge);
  hovered = edge && view.edgeIds.has(edge.id) ? edge : null;
  box.style.cursor = "pointer";
  if (!hovered) return;
  tip.textContent = `${nodeById.get(edge.from).label} ${edge.label ?? edge.relation} ${nodeById.get(edge.to).label}`;
  tip.style.left = `${Math.min(box.clientWidth - 150, Math.max(150, x))}px`;
  tip.style.top = `${Math.max(70, y)}px`;
  tip.hidden = false;
}
function leave() {
  hovered = null;
  tip.hidden = true;
  box.style.cursor = "";
}
network.on("hoverEdge", hover);
network.on("hoverNode", () => { box.style.cursor = "pointer"; });
network.on("blurEdge", leave);
network.on("blurNode", leave);
network.on("dragStart", leave);
for (const event of ["dragEnd", "zoom"]) network.on(event, redraw);

// ---- keyboard ----

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
byId("map").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) step(ARROWS[event.key]);
  else if (event.key === "Enter" && state.selection) byId("details").querySelector("button.link, button")?.focus();
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fitAll();
  else return;
  event.preventDefault();
});

function step([dx, dy]) {
  const visible = nodes.filter((node) => view.nodeIds.has(node.id));
  const { selection } = state;
  const from = selection?.type === "node" ? nodeById.get(selection.id) : selection ? nodeById.get(edgeById.get(selection.id).from) : null;
  if (!from) {
    const first = visible.reduce((a, b) => (a && a.edges.length >= b.edges.length ? a : b), null);
    if (first) update({ selection: { type: "node", id: first.id } });
    return;
  }
  const spots = network.getPositions();
  let best = null;
  for (const node of visible) {
    const [x, y] = [spots[node.id].x - spots[from.id].x, spots[node.id].y - spots[from.id].y];
    const distance = Math.hypot(x, y);
    const along = (x * dx + y * dy) / distance;
    if (node === from || !(along > 0.45)) continue;
    const cost = distance / along ** 2;
    if (!best || cost < best.cost) best = { cost, id: node.id };
  }
  if (best) update({ selection: { type: "node", id: best.id } });
}

// ---- what the rest of the page needs ----

listen((changed) => {
  const filtered = ["threads", "kinds", "statuses"].some((name) => changed.has(name));
  if (filtered) readRings();
  if (changed.has("theme")) widths.clear();
  if (filtered || changed.has("selection") || changed.has("theme")) {
    if (changed.has("selection")) { verbs = []; labels = new Map(); }
    edgeSet.update(edges.map(edgeLook));
    redraw();
  }
  if (changed.has("selection")) fitSelection();
  else if (changed.has("tab")) fitSelection();
});

let turned = tall();
new ResizeObserver(() => {
  if (!box.clientWidth || !box.clientHeight) return;
  network.setSize("100%", "100%");
  look = style();
  if (tall() !== turned) {
    turned = tall();
    for (const node of nodes) network.moveNode(node.id, place(node).x, place(node).y);
    edgeSet.update(edges.map(edgeLook));
  }
  const { selection } = state;
  fit(selection && view.light ? [...view.light.nodes] : [...view.nodeIds], { animate: false });
}).observe(box);

/** Draw the map at twice its size and give the canvas to `use`; the map on the screen stays as it is. */
export function atDouble(use) {
  const { canvas } = network;
  const shown = box.querySelector("canvas");
  const before = { ratio: canvas.pixelRatio, width: shown.width, height: shown.height };
  canvas.pixelRatio = 2;
  shown.width = box.clientWidth * 2;
  shown.height = box.clientHeight * 2;
  network.renderer._redraw();
  const result = use(shown);
  canvas.pixelRatio = before.ratio;
  shown.width = before.width;
  shown.height = before.height;
  network.renderer._redraw();
  return result;
}

/** Where everything is on the screen, in pixels of the map; for measuring. */
export function inspect() {
  const scale = network.getScale();
  const spots = network.getPositions();
  const at = (id) => network.canvasToDOM(spots[id]);
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    moving: moving || stale,
    covers: covers(),
    nodes: nodes.map((node) => ({ id: node.id, ...at(node.id), r: radius(node) * scale, lit: alphaOf(node) === 1 })),
    labels: [...labels].map(([id, { dx, dy, w, h, lines }]) => ({ id, lines, box: [at(id).x + dx - w / 2, at(id).y + dy - h / 2, at(id).x + dx + w / 2, at(id).y + dy + h / 2] })),
    verbs: verbs.map(({ edge, t, w, h }) => {
      const { x, y } = network.canvasToDOM(onLine(edge, t));
      return { id: edge.id, text: edge.label, box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2] };
    }),
    edges: view.edges.map((edge) => ({ id: edge.id, ...network.canvasToDOM(onLine(edge, 0.5)) })),
    rings: Object.fromEntries(rings),
    threadsOf: Object.fromEntries(edges.map((edge) => [edge.id, threadsOf(edge)])),
    degree: Object.fromEntries(nodes.map((node) => [node.id, edgesOf(node.id).length])),
  };
}
