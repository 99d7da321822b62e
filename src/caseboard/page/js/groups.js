// Communities of a network that is too large to be drawn at once: closed, each is one disc; open, its members.

import { communities, nodes } from "./data.js";
import { listen, state } from "./state.js";
import { story, view } from "./view.js";

export const groups = communities.map((community, number) => ({ ...community, number, members: [] }));
if (groups.length) for (const node of nodes) groups[node.community].members.push(node);
for (const group of groups) group.members.sort((a, b) => b.edges.length - a.edges.length || (a.id < b.id ? -1 : 1));

export const isOpen = (group) => state.open.includes(group.number);
const groupOf = (node) => groups[node.community];

/** Whether a node is drawn itself: its community is open, or it stands in the light. */
export const isShown = (node) => !groups.length || isOpen(groupOf(node)) || Boolean(view.light?.nodes.has(node.id));

/** The community whose disc stands for the node, null where it is drawn itself. */
export const standsFor = (node) => (isShown(node) ? null : groupOf(node));

const told = new Map();
/** Who of a community is known by now, most linked first, and how many of them pass the filters. */
export function known(group) {
  if (!told.has(group)) {
    const members = group.members.filter((node) => story.nodeIds.has(node.id));
    told.set(group, { members, passing: members.filter((node) => view.nodeIds.has(node.id)).length });
  }
  return told.get(group);
}
listen((changed) => changed.has("view") && told.clear());

/** The communities that somebody known belongs to. */
export const inStory = () => groups.filter((group) => known(group).members.length > 0);
