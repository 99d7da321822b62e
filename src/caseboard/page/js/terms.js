// What things are called in RDF, as Turtle and SPARQL write it. Ids and texts may be anything.

import { terms } from "./data.js";
import { lookup } from "./dom.js";

const spaces = lookup(terms.prefixes);
export const prefixes = Object.entries(terms.prefixes ?? {}).filter(([prefix]) => /^[A-Za-z][\w-]*$/.test(prefix));

/** Whether SPARQL can name it: what has no IRI has a label that holds in one file only. */
export const hasIri = (id) => !id.startsWith("_:");

/** An IRI cannot hold every character; those it cannot are written as an address writes them. */
const safe = (iri) => iri.replace(/[\x00-\x20<>"{}|^`\\]/g, encodeURIComponent);

/** An id as a term: a short name where that is sure to be read alike everywhere, else the whole IRI. */
export function term(id) {
  const [, prefix, local] = /^([^:]*):([^]*)$/.exec(id) ?? [];
  if (prefix === "_") return /^\w+$/.test(local) ? id : `_:x${[...local].map((c) => c.codePointAt(0).toString(16)).join("x")}`;
  if (spaces[prefix] === undefined) return `<${safe(/^[A-Za-z][\w+.-]*:/.test(id) ? id : `urn:x-caseboard:${id}`)}>`;
  const short = /^[A-Za-z][\w-]*$/.test(prefix) && /^\w([\w-]*\w)?$/.test(local);
  return short ? id : `<${safe(spaces[prefix] + local)}>`;
}

/** The whole IRI of an id. */
export function iri(id) {
  const at = id.indexOf(":");
  const space = spaces[id.slice(0, at)];
  return space === undefined ? id : space + id.slice(at + 1);
}

/** A text as a literal; its escapes are the same in JSON, Turtle and SPARQL. */
export const literal = (text) => JSON.stringify(text).replace(/\x7f/g, "\\u007F");
