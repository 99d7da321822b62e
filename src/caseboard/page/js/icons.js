// One outline and one sign for each kind of thing, for the canvas and for the legend alike.

import { signs } from "./data.js";
import { lookup, svg } from "./dom.js";
import { state } from "./state.js";

const PERSON = "M12 4.6a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6ZM12 14.800c5.2 0 9 3 9 7.200v4H3v-4c0-4.2 3.8-7.2 9-7.200Z";
const SIGNS = lookup({
  person: PERSON,
  persona: "M2.5 8.500c3-1.8 6.5-1.8 9.5 0 3-1.8 6.5-1.8 9.5 0 0 5.4-2.4 8.3-5.2 8.3-2.1 0-3.2-1.5-4.3-3-1.1 1.5-2.2 3-4.3 3-2.8 0-5.2-2.9-5.2-8.300Zm2.9 2.700c.4 1.5 1.5 2.3 2.7 2.300s2.1-.8 2.4-1.900c-1.5-1-3.4-1.1-5.1-.4Zm8.1.4c.3 1.1 1.2 1.9 2.4 1.900s2.3-.8 2.7-2.300c-1.7-.7-3.6-.6-5.1.4Z",
  organisation: "M12 2.8 21 8v2.200H3V8ZM5 11.500h2.600v6H5ZM10.7 11.500h2.600v6h-2.600ZM16.4 11.500H19v6h-2.600ZM3 18.800h18v2.400H3Z",
  group: "M8.5 5.5a3.300 3.300 0 1 1 0 6.6 3.300 3.300 0 0 1 0-6.6Zm0 8c3.600 0 6.3 2 6.3 5v2.500H2.2v-2.500c0-3 2.700-5 6.3-5ZM16.5 6.5a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600Zm.4 6.900c2.900.1 5 1.900 5 4.600v2h-5.400v-1.500c0-2-.8-3.600-2.100-4.700.7-.3 1.600-.4 2.500-.4Z",
  object: "M3.5 3.500h8.700l8.6 8.6-8.7 8.7-8.6-8.6Zm4.2 2.400a1.8 1.8 0 1 0 .01 0Z",
  information: "M5.5 2.500h9.300L19 6.700v14.800H5.500Zm2.7 6.600v1.800h8.100V9.100Zm0 3.800v1.800h8.100v-1.800Zm0 3.800v1.800h5.100v-1.800Z",
  place: "M12 2.200a7 7 0 0 1 7 7c0 5-7 12.8-7 12.800S5 14.2 5 9.200a7 7 0 0 1 7-7Zm0 4.300a2.7 2.7 0 1 0 .01 0Z",
  event: "M13.8 2 4.8 13.500h5.700L9.2 22l9.5-12.500h-6.200Z",
  work: "M3 4.500h18v15H3Zm6.5 3.700v7.600l6.5-3.800Z",
  other: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
});

const polygon = (sides, turn, stretch = 1) =>
  Array.from({ length: sides }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / sides;
    return [stretch * Math.cos(angle), stretch * Math.sin(angle)];
  });
const OUTLINES = lookup({
  object: polygon(4, 0, 1.2),
  event: polygon(6, 0, 1.08),
  group: polygon(8, Math.PI / 8, 1.04),
  place: polygon(5, -Math.PI / 2, 1.12),
  information: [[-0.8, -1], [0.42, -1], [0.8, -0.62], [0.8, 1], [-0.8, 1]],
});
const SQUARES = lookup({ organisation: [0.93, 0.93], work: [1.1, 0.82] });

// What a kind of the case's own borrows from ours, and its own letter and colour.
const own = lookup(signs);
const like = (kind) => own[kind]?.icon ?? kind;
export const letterOf = (node) => (node.unknown ? "?" : node.persona ? null : own[node.kind]?.text);
export const inkOf = (node, usual) => (!node.unknown && !node.persona && own[node.kind]?.[state.theme]) || usual;

// Trace the outline of a thing of that kind around (x, y); r is about half its width.
export function trace(to, kind, x, y, r) {
  kind = like(kind);
  if (OUTLINES[kind]) {
    OUTLINES[kind].forEach(([px, py], i) => (i ? to.lineTo(x + px * r, y + py * r) : to.moveTo(x + px * r, y + py * r)));
    to.closePath();
  } else if (SQUARES[kind]) {
    const [w, h] = SQUARES[kind];
    to.roundRect(x - w * r, y - h * r, 2 * w * r, 2 * h * r, r * 0.22);
  } else to.arc(x, y, r, 0, 2 * Math.PI);
}

// How far the outline reaches from its middle in the direction of the angle.
export function reach(kind, r, angle) {
  kind = like(kind);
  const points = OUTLINES[kind];
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  if (SQUARES[kind]) {
    const [w, h] = SQUARES[kind];
    return Math.min((w * r) / Math.max(Math.abs(dx), 1e-9), (h * r) / Math.max(Math.abs(dy), 1e-9));
  }
  if (!points) return r;
  for (let i = 0; i < points.length; i++) {
    const [ax, ay] = points[i];
    const [bx, by] = points[(i + 1) % points.length];
    const det = dx * (ay - by) - dy * (ax - bx);
    const t = (ax * (ay - by) - ay * (ax - bx)) / det;
    const u = (dx * ay - dy * ax) / det;
    if (t > 0 && u >= -1e-9 && u <= 1 + 1e-9) return t * r;
  }
  return r;
}

const signName = (node) => (node.persona ? "persona" : SIGNS[like(node.kind)] ? like(node.kind) : "other");
const paths = new Map();

export function sign(node) {
  const name = signName(node);
  if (!paths.has(name)) paths.set(name, new Path2D(SIGNS[name]));
  return { name, path: paths.get(name) };
}

// How large the sign is in its outline, and how far it is moved down, as shares of the radius.
export const FIT = {
  person: [1, 0], persona: [0.74, 0], organisation: [0.6, -0.02], group: [0.68, 0], object: [0.56, 0], information: [0.62, 0],
  place: [0.6, 0.02], event: [0.66, 0], work: [0.62, 0], other: [0.8, 0],
};

const d = (parts, ...numbers) => String.raw({ raw: parts }, ...numbers.map((number) => Math.round(number * 10) / 10));
class Recorder {
  constructor() { this.d = ""; }
  moveTo(x, y) { this.d += d`M${x} ${y}`; }
  lineTo(x, y) { this.d += d`L${x} ${y}`; }
  closePath() { this.d += "Z"; }
  arc(x, y, r) { this.d += d`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`; }
  roundRect(x, y, w, h, r) {
    this.d += d`M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}Z`;
  }
}

/** The outline of a thing as the text of a path, and the sign in it. */
export function outlineOf(kind, x, y, r) {
  const to = new Recorder();
  trace(to, kind, x, y, r);
  return to.d;
}
export const signOf = (node) => ({ name: signName(node), d: SIGNS[signName(node)] });

export function kindIcon(kind) {
  const name = signName({ kind });
  const size = name === "person" ? 0.62 : FIT[name][0] * 0.8;
  const letter = letterOf({ kind });
  const dye = own[kind]?.light && own[kind];
  return svg("svg", { viewBox: "0 0 24 24", width: 22, height: 22, class: "kind", vars: dye && { "--light": dye.light, "--dark": dye.dark }, "aria-hidden": "true" },
    svg("path", { d: outlineOf(kind, 12, 12, 9.4), fill: "var(--node)", stroke: "currentColor", "stroke-width": 1.6 }),
    letter ? svg("text", { x: 12, y: 12.6, "font-size": 11, fill: "currentColor", "text-anchor": "middle", "dominant-baseline": "central" }, letter)
      : svg("path", { d: SIGNS[name], fill: "currentColor", "fill-rule": "evenodd",
        transform: `translate(12 ${name === "person" ? 11.4 : 12}) scale(${size}) translate(-12 -12)` }));
}

export const threadIcon = (value) =>
  svg("svg", { viewBox: "0 0 22 22", width: 22, height: 22, "aria-hidden": "true" },
    svg("rect", { x: 1, y: 8, width: 20, height: 6, rx: 3, fill: value }));

export const lineIcon = (dash, { stroke = "currentColor", crossed = false } = {}) =>
  svg("svg", { viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" },
    svg("line", { x1: 1, x2: 33, y1: 5, y2: 5, stroke, "stroke-width": 2.2, "stroke-dasharray": dash ? dash.join(" ") : null }),
    crossed && svg("path", { d: "M13 1l8 8m0-8l-8 8", stroke, "stroke-width": 1.8 }));

const stroke = (d) =>
  svg("svg", { viewBox: "0 0 24 24", width: 19, height: 19, "aria-hidden": "true" },
    svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }));
export const fitIcon = () => stroke("M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5");
export const themeIcon = () =>
  svg("svg", { viewBox: "0 0 24 24", width: 19, height: 19, "aria-hidden": "true" },
    svg("path", { d: "M12 3a9 9 0 1 0 0 18Z", fill: "currentColor" }),
    svg("circle", { cx: 12, cy: 12, r: 9, fill: "none", stroke: "currentColor", "stroke-width": 2 }));
