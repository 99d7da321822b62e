// What the viewer has chosen. One object, changed only through `update`, which tells everybody who listens.

const listeners = [];

export const state = {
  selection: null, // { type: "node" | "edge", id }
  threads: new Set(), // an empty set lets everything pass
  kinds: new Set(),
  statuses: new Set(),
  table: false,
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  tab: "map", // which panel a narrow screen shows
};

export function update(change) {
  Object.assign(state, change);
  for (const listener of listeners) listener(new Set(Object.keys(change)));
}

// `listener` gets the names of what changed; listeners are told in the order in which they came.
export const listen = (listener) => listeners.push(listener);

export const FILTERS = ["threads", "kinds", "statuses"];

export function toggle(filter, value) {
  const next = new Set(state[filter]);
  if (!next.delete(value)) next.add(value);
  update({ [filter]: next });
}
