// Interface text, all of it from text/en.json.

import { text } from "./data.js";
import { lookup } from "./dom.js";

const kinds = lookup(text.kind);
const statuses = lookup(text.status);

export const say = (key, values = {}) =>
  text[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export const kindOf = (kind) => capital(kind);

// Kinds and statuses come from the vocabulary, so there can be more than the interface has words for.
export const kindName = (kind) => kinds[kind] ?? capital(kind);
export const statusName = (status) => statuses[status] ?? capital(status);
export const familyName = capital;
export const countNodes = (n) => say(n === 1 ? "nodeOne" : "nodeMany", { n });
export const countEdges = (n) => say(n === 1 ? "edgeOne" : "edgeMany", { n });

/** Text as it is searched: accents and case do not matter. */
export const fold = (value) => value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
