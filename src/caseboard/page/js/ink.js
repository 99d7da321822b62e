// The small parts that an SVG drawing is made of: numbers, points, words.

import { svg } from "./dom.js";
import { color } from "./theme.js";

export const n = (value) => Math.round(value * 10) / 10;
export const xy = ({ x, y }) => `${n(x)} ${n(y)}`;
export const dashed = (dash) => (dash ? dash.join(" ") : null);

// XML has no place for these, not even escaped.
export const clean = (text) => String(text).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");

export function text(words, x, y, { size, family = null, weight = 400, fill = color.ink, anchor = "middle", halo = false, style = null }) {
  return svg("text", { x: n(x), y: n(y), "font-family": family, "font-size": size, "font-weight": weight, "font-style": style, fill,
    "text-anchor": anchor, "dominant-baseline": "central",
    ...(halo ? { stroke: color.paper, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" } : {}) }, clean(words));
}

/** A cross of this size, as the course of a path. */
export const cross = ({ x, y }, s) => `M${xy({ x: x - s, y: y - s })}l${n(2 * s)} ${n(2 * s)}m0 ${n(-2 * s)}l${n(-2 * s)} ${n(2 * s)}`;

/** The broad soft band between a persona and the one behind it. */
export const band = (a, b, width) => svg("path", { d: `M${xy(a)}L${xy(b)}`, stroke: color.bond, "stroke-width": n(width), "stroke-linecap": "round" });
