// The map as an SVG file: what is on the screen, with the same shapes, colours and names, as text and lines.

import { CROWD, box, look, network, onLine, onScreen, radius } from "./canvas.js";
import { groupPlace } from "./crowd.js";
import { nodeById, threadComment } from "./data.js";
import { discLabels } from "./discs.js";
import { svg } from "./dom.js";
import { drawn } from "./drawn.js";
import { FIT, inkOf, letterOf, outlineOf, signOf } from "./icons.js";
import { band, clean, cross, dashed, n, text, xy } from "./ink.js";
import { HEAD, heading, legend } from "./legend.js";
import { labels, verbs } from "./names.js";
import { border, ring } from "./paint.js";
import { figures, ground } from "./svgcrowd.js";
import { color, dashes, edgeColor, threadColor } from "./theme.js";
import { endsOf, isLit, view } from "./view.js";

const FADED = 0.13;
const at = (edge, t) => network.canvasToDOM(onLine(edge, t));

// The lines are arcs of second degree: their ends and middle tell all of one.
function course(edge) {
  const [a, m, b] = [at(edge, 0), at(edge, 0.5), at(edge, 1)];
  return { a, b, d: `M${xy(a)}Q${xy({ x: 2 * m.x - (a.x + b.x) / 2, y: 2 * m.y - (a.y + b.y) / 2 })} ${xy(b)}` };
}

function arrow(edge, scale) {
  const [, id] = endsOf(edge);
  const [node, end] = [nodeById.get(id), onScreen(id)];
  const away = (t) => {
    const p = at(edge, t);
    return Math.hypot(p.x - end.x, p.y - end.y) - border(node.kind, radius(node), Math.atan2(p.y - end.y, p.x - end.x)) * scale;
  };
  let [low, high] = [0.3, 1];
  for (let i = 0; i < 20; i++) (away((low + high) / 2) > 0 ? (low = (low + high) / 2) : (high = (low + high) / 2));
  const [tip, back] = [at(edge, low), at(edge, low - 0.02)];
  const turn = Math.atan2(tip.y - back.y, tip.x - back.x);
  const size = 15 * look.size * scale * 0.75;
  const corner = (along, across) => ({ x: tip.x + along * Math.cos(turn) - across * Math.sin(turn), y: tip.y + along * Math.sin(turn) + across * Math.cos(turn) });
  return `M${xy(tip)}L${xy(corner(-size, size * 0.4))}L${xy(corner(-size * 0.85, 0))}L${xy(corner(-size, -size * 0.4))}Z`;
}

function line(edge, scale) {
  const stroke = edgeColor(edge);
  const opacity = isLit("edges", edge.id) ? (view.light ? 1 : 0.72) : FADED;
  const width = n(1.8 * scale * look.size);
  const pen = { fill: "none", stroke, "stroke-width": width, "stroke-dasharray": dashed(dashes(edge.status)) };
  const [from, to] = endsOf(edge);
  if (from === to) {
    const [{ x, y }, r] = [onScreen(from), radius(nodeById.get(from)) * scale];
    return svg("g", { opacity }, svg("circle", { cx: n(x + r * 0.7 + 9 * scale), cy: n(y - r * 0.7 - 9 * scale), r: n(18 * scale), ...pen }));
  }
  const middle = at(edge, 0.5);
  const s = 5 * scale * look.size;
  return svg("g", { opacity },
    svg("path", { d: course(edge).d, ...pen }), svg("path", { d: arrow(edge, scale), fill: stroke }),
    edge.status === "refuted" && svg("path", { d: cross(middle, s), stroke, "stroke-width": n(s / 3) }));
}

const bond = (edge, scale) => band(...endsOf(edge).map(onScreen), 22 * look.size * scale);

// A ring shared by threads: the outline once in each colour, each within its slice.
function shares(node, x, y, r, scale, place) {
  const list = ring(node);
  const pen = { d: outlineOf(node.kind, x, y, r), fill: "none", "stroke-width": n(3.2 * scale), "stroke-dasharray": isVeiled(node) ? `${n(5 * scale)} ${n(3.4 * scale)}` : null };
  if (list.length < 2) return [svg("path", { ...pen, stroke: list.length ? threadColor(list[0][0]) : color.line })];
  const total = list.reduce((sum, [, count]) => sum + count, 0);
  let from = -Math.PI / 2;
  return list.flatMap(([thread, count], i) => {
    const to = from + (2 * Math.PI * count) / total;
    const edge = (angle) => `${xy({ x: x + 2 * r * Math.cos(angle), y: y + 2 * r * Math.sin(angle) })}`;
    const slice = `M${xy({ x, y })}L${edge(from)}A${n(2 * r)} ${n(2 * r)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${edge(to)}Z`;
    from = to;
    const id = `slice-${place}-${i}`;
    return [svg("clipPath", { id }, svg("path", { d: slice })), svg("path", { ...pen, stroke: threadColor(thread), "clip-path": `url(#${id})` })];
  });
}

function sign(node, x, y, r) {
  const [letter, fill] = [letterOf(node), inkOf(node, color.icon)];
  if (letter) return text(letter, x, y + r * 0.08, { size: n(r * (node.unknown ? 1.45 : 1.15)), family: color.serif, weight: 500, fill });
  const { name, d } = signOf(node);
  const [size, down] = FIT[name];
  const k = (size * r) / (name === "person" ? 13.5 : 12);
  const path = svg("path", { d, fill, "fill-rule": "evenodd", transform: `translate(${xy({ x, y: y + down * r })}) scale(${k.toFixed(3)}) translate(-12 ${name === "person" ? -12.4 : -12})` });
  return path;
}

function shape(node, scale, place) {
  const { x, y } = onScreen(node.id);
  const r = radius(node) * scale;
  const opacity = view.nodeIds.has(node.id) && isLit("nodes", node.id) ? null : FADED;
  const clip = `body-${place}`;
  const body = outlineOf(node.kind, x, y, r);
  return svg("g", {}, svg("path", { d: outlineOf(node.kind, x, y, r + 3 * scale), fill: color.paper }), svg("g", { opacity },
    svg("title", {}, clean(node.label)),
    svg("path", { d: body, fill: isVeiled(node) ? color.veil : color.node }),
    svg("clipPath", { id: clip }, svg("path", { d: body })),
    svg("g", { "clip-path": `url(#${clip})` }, sign(node, x, y, r)),
    shares(node, x, y, r, scale, place)));
}

function name({ x, y }, { lines, dx, dy }) {
  return lines.map(({ text: words, font, ink }, i) => {
    const [, style, weight, size] = /^(italic )?(\d+) ([\d.]+)px/.exec(font);
    return text(words, x + dx, y + dy + (i - (lines.length - 1) / 2) * look.font * 1.2 + 0.5,
      { size, weight, style: style && "italic", family: style ? color.serif : null, fill: color[ink], halo: true });
  });
}

function verb({ edge, t, w, h }) {
  const { x, y } = at(edge, t);
  return svg("g", {}, svg("rect", { x: n(x - w / 2), y: n(y - h / 2), width: n(w), height: n(h), rx: n(h / 2), fill: color.panel, stroke: edgeColor(edge), "stroke-width": 1.2 }),
    text(edge.label ?? edge.relation ?? "", x, y + 0.5, { size: look.font - 1.5 }));
}

const isVeiled = ({ persona, unknown }) => persona || unknown;

function entry({ type, value, lines, x, y, mark }) {
  const middle = { x: x + mark / 2, y };
  const signs = {
    thread: () => svg("rect", { x: x + 6, y: y - 3, width: mark - 12, height: 6, rx: 3, fill: threadColor(value) }),
    status: () => svg("path", { d: `M${x} ${y}h${mark}`, stroke: value === "refuted" ? color.refuted : color.ink, "stroke-width": 2, "stroke-dasharray": dashed(dashes(value)) }),
    kind: () => svg("path", { d: outlineOf(value.kind, middle.x, y, 9), fill: isVeiled(value) ? color.veil : color.node, stroke: inkOf(value, color.icon), "stroke-width": 1.6, "stroke-dasharray": isVeiled(value) ? "3 2" : null }),
    bond: () => band({ x: x + 8, y }, { x: x + mark - 8, y }, 14),
    sum: () => svg("path", { d: `M${x} ${y}h${mark}`, stroke: color.muted, "stroke-width": 3, opacity: 0.6 }),
    disc: () => svg("circle", { cx: middle.x, cy: y, r: 9, fill: color.node, stroke: color.muted, "stroke-width": 2 }),
    rim: () => svg("circle", { cx: middle.x, cy: y, r: 9, fill: color.panel, stroke: color.line, "stroke-width": 1.5 }),
  };
  return svg("g", {}, type === "thread" && threadComment(value) && svg("title", {}, clean(threadComment(value))), signs[type](), type === "kind" && sign(value, middle.x, y, 9),
    type === "status" && value === "refuted" && svg("path", { d: cross(middle, 5), stroke: color.refuted, "stroke-width": 5 / 3 }),
    lines.map((words) => text(words.text, words.x, words.y, { size: 13.5, anchor: "start" })));
}

/** The picture as an element; `measure` gives the width of a text in the legend. */
export function drawing(measure) {
  const [width, height] = [box.clientWidth, box.clientHeight];
  const scale = network.getScale();
  const key = legend(width, measure);
  const { title, counts, x } = heading();
  const { single: lines, nodes } = drawn();
  const map = CROWD ? [ground(scale).flat(), figures(scale, shape).flat()]
    : [lines.filter((edge) => edge.identity).map((edge) => bond(edge, scale)), lines.map((edge) => line(edge, scale)), nodes.map((node, i) => shape(node, scale, i))];
  return svg("svg", { viewBox: `0 0 ${width} ${HEAD + height + key.height}`, width, height: HEAD + height + key.height, role: "img", "font-family": color.sans },
    svg("title", {}, clean(title)),
    svg("rect", { width, height: HEAD + height + key.height, fill: color.paper }),
    svg("clipPath", { id: "drawn" }, svg("rect", { width, height })),
    svg("g", { transform: `translate(0 ${HEAD})`, "clip-path": "url(#drawn)" },
      map.flat(), [...labels].flatMap(([id, words]) => name(onScreen(id), words)),
      discLabels.flatMap((words) => name(network.canvasToDOM(groupPlace(words.group)), words)), verbs.map(verb)),
    text(title, x, 26, { size: 28, family: color.serif, weight: 500, anchor: "start" }),
    text(counts, x, 50, { size: 13.5, fill: color.muted, anchor: "start" }),
    svg("g", { transform: `translate(0 ${HEAD + height})` }, key.placed.map(entry)));
}

/** The drawing as a file of its own: it carries the page's fonts, because others would make the names too wide. */
export function svgFile(measure) {
  const faces = [...document.styleSheets[0].cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  const file = drawing(measure);
  file.prepend(svg("style", {}, faces.map(({ cssText }) => cssText).join("")));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
}
