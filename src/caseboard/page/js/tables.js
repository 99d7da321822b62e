// What is shown, as CSV: a row for each claim, as RFC 4180 has it.

import { nodeById } from "./data.js";
import { factsShown, statusOf } from "./known.js";
import { view } from "./view.js";

const COLUMNS = ["claim", "source", "source_label", "relation", "label", "target", "target_label", "status", "revealed", "refuted", "family", "threads", "evidence", "note"];
const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const line = (row) => `${COLUMNS.map((name) => cell(String(row[name] ?? ""))).join(",")}\r\n`;

const shared = (one) => ({ ...one, claim: one.claim ?? one.id, threads: one.threads.join("; ") });
const edgeRow = (edge) => ({ ...shared(edge), source: edge.from, source_label: nodeById.get(edge.from).label, target: edge.to, target_label: nodeById.get(edge.to).label });
function factRow(fact) {
  const status = statusOf(fact);
  const refuted = status === "refuted" ? fact.refuted : "";
  return { ...shared(fact), source: fact.node, source_label: nodeById.get(fact.node).label, target_label: fact.value, status, refuted };
}

export function csv() {
  const facts = factsShown().filter((fact) => view.nodeIds.has(fact.node));
  return [Object.fromEntries(COLUMNS.map((name) => [name, name])), ...view.edges.map(edgeRow), ...facts.map(factRow)].map(line).join("");
}
