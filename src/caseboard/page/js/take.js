// What a viewer takes away: the picture, the drawing, the claims as a table or as data, and the link to all of it.

import { behind } from "./behind.js";
import { byId, el } from "./dom.js";
import { measure, picture } from "./picture.js";
import { svgFile } from "./svg.js";
import { csv } from "./tables.js";
import { turtle } from "./turtle.js";
import { say } from "./words.js";

const menu = byId("take");
const opener = byId("open-take");
const items = [...menu.querySelectorAll("[role=menuitem]")];

const fileName = () => document.title.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").toLowerCase().slice(0, 80) || "case";

function save(blob, ending) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: `${fileName()}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
  byId("live").textContent = say("saved", { name: `${fileName()}.${ending}` });
}

const saveText = (text, ending, type) => save(new Blob([text], { type: `${type};charset=utf-8` }), ending);

/** Put a text on the clipboard; where the browser does not let us, show it selected, to be copied by hand. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    byId("live").textContent = done;
    flash(done);
  } catch {
    // Why it is barred differs by browser, and all that helps is the field.
    byHand(text);
  }
}

const said = byId("taken");
let timer = 0;
function flash(text) {
  clearTimeout(timer);
  said.replaceChildren(el("p", {}, text));
  said.hidden = false;
  timer = setTimeout(() => { said.hidden = true; }, 4000);
}

function byHand(text) {
  clearTimeout(timer);
  const field = el("textarea", { readonly: true, rows: 3, "aria-label": say("copyByHand"), spellcheck: "false" });
  field.value = text;
  const close = () => { said.hidden = true; opener.focus(); };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  said.replaceChildren(el("p", {}, say("copyByHand")), field, el("button", { type: "button", class: "button", onclick: close }, say("closeField")));
  said.hidden = false;
  field.focus();
  field.select();
}

const ACTIONS = {
  picture: () => picture().toBlob((blob) => save(blob, "png"), "image/png"),
  drawing: () => saveText(svgFile(measure), "svg", "image/svg+xml"),
  table: () => saveText(csv(), "csv", "text/csv"),
  data: () => (globalThis.DecompressionStream ? turtle().then((text) => saveText(text, "ttl", "text/turtle")) : flash(say("tooOld"))),
  link: () => copy(document.URL, say("linkCopied")),
  sparql: () => copy(behind(), say("queryCopied")),
  print: () => print(),
};

function open(which = 0) {
  menu.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  items.at(which).focus();
}

function close({ back = false } = {}) {
  menu.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (back) opener.focus();
}

opener.addEventListener("click", () => (menu.hidden ? open() : close({ back: true })));
opener.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  open(event.key === "ArrowDown" ? 0 : -1);
});
menu.addEventListener("keydown", (event) => {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) items.at(to % items.length).focus();
  else if (event.key === "Escape") close({ back: true });
  else if (event.key === "Tab") return close();
  else return undefined;
  event.preventDefault();
  return event.stopPropagation();
});
addEventListener("pointerdown", (event) => !menu.hidden && !menu.contains(event.target) && !opener.contains(event.target) && close());
for (const item of items) {
  item.addEventListener("click", () => {
    close({ back: true });
    ACTIONS[item.dataset.take]();
  });
}
