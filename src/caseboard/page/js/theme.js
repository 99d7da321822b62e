// Colours: the style sheet has them, the canvas needs their values.

import { NO_THREAD, threads } from "./data.js";
import { lookup } from "./dom.js";
import { listen, state } from "./state.js";

const NAMES = ["paper", "panel", "ink", "muted", "line", "node", "veil", "bond", "icon", "accent", "none", "refuted"];
const PALETTE = 8;

export const color = {};

function read() {
  document.documentElement.dataset.theme = state.theme;
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) color[name] = style.getPropertyValue(`--${name}`).trim();
  color.sans = style.getPropertyValue("--sans").trim();
  color.serif = style.getPropertyValue("--serif").trim();
  color.threads = new Map([[NO_THREAD, color.none]]);
  threads.forEach((thread, i) => color.threads.set(thread, i < PALETTE ? style.getPropertyValue(`--t${i}`).trim() : more(i)));
}

// Past the palette: hues a golden angle apart, as light as the theme needs.
const more = (i) => `hsl(${Math.round(i * 137.508) % 360} 55% ${state.theme === "dark" ? 70 : 34}%)`;

export const threadColor = (thread) => color.threads.get(thread);
export const edgeColor = (edge) =>
  edge.status === "refuted" ? color.refuted : threadColor(edge.threads[0] ?? NO_THREAD);

// Stated is a full line; the less certain, the more gaps.
const DASHES = lookup({ inferred: [14, 4, 3, 4], hedged: [8, 6], predicted: [2, 6], refuted: [5, 5] });
export const dashes = (status) => DASHES[status] ?? false;

listen((changed) => changed.has("theme") && read());
read();
