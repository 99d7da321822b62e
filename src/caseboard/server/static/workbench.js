// The workbench: YASGUI asks this server only, knows the case's words, and leads from answers to the map.
// Everything from the case is put in as text, never as markup.
(async () => {
  "use strict";
  const told = await (await fetch("/workbench/config.json")).json();
  const endpoint = new URL("/sparql", location.href).href;
  const { Yasqe, Yasr } = Yasgui;

  const list = (words) => () => Promise.resolve(words);
  const completer = (from, name, words) =>
    Yasqe.forkAutocompleter(from, { name, bulk: true, autoShow: false, persistenceId: null, get: list(words) });
  // Those that come with it would ask other servers for words.
  Yasqe.defaults.autocompleters = ["variables"];
  const prefixes = Object.entries(told.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  completer("prefixes", "case-prefixes", prefixes.sort());
  completer("property", "case-property", told.properties);
  completer("class", "case-class", told.classes);
  Yasqe.forkAutocompleter("property", {
    name: "case-thing",
    bulk: true,
    autoShow: false,
    persistenceId: null,
    get: list(Object.keys(told.things)),
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      const may = token.state.possibleCurrent;
      // Every completer whose place it is shows its list, and the last one would hide the others.
      if (Yasqe.Autocompleters["case-class"].isValidCompletionPosition(yasqe)) return false;
      return Boolean(token.string) && !/^[?$]/.test(token.string) && may.includes("IRI_REF") && !may.includes("a");
    },
  });
  Yasr.defaults.prefixes = told.prefixes;

  const yasgui = new Yasgui(document.getElementById("yasgui"), {
    persistenceId: `caseboard-${told.title}`,
    // What somebody wrote stays until they close it.
    persistencyExpire: 0,
    contextMenuContainer: document.body,
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    yasqe: { value: `${told.first.text}` },
  });

  // The server knows its prefixes; the editor, and other endpoints, want them declared.
  function declared(text) {
    const used = Object.keys(told.prefixes).filter(
      (prefix) =>
        new RegExp(`(^|[^\\w:<])${prefix}:`, "m").test(text.replace(/^#.*$/gm, "")) &&
        !new RegExp(`prefix\\s+${prefix}:`, "i").test(text),
    );
    return used.map((prefix) => `PREFIX ${prefix}: <${told.prefixes[prefix]}>\n`).join("") + text;
  }

  // Every named query is a tab. What was given is kept: a tab that was closed stays closed, one that was
  // changed stays as it is, and one that was not follows the server.
  const key = `caseboard-given-${told.title}`;
  const given = JSON.parse(localStorage.getItem(key) ?? "{}");
  const first = yasgui.getTab();
  const tabOf = (name) => Object.values(yasgui._tabs).find((tab) => tab && tab.getName() === name);
  const addQuery = (query, open) => yasgui.addTab(open, { name: query.name, yasqe: { value: declared(query.opened) } });
  for (const query of told.queries) {
    const text = declared(query.opened);
    const there = tabOf(query.name);
    if (!Object.hasOwn(given, query.name)) {
      if (!there) addQuery(query, false);
    } else if (there && text !== given[query.name]) {
      const held = there.getPersistedJson();
      if (held.yasqe.value === given[query.name]) {
        // An editor is only made once its tab is opened.
        if (there.getYasqe()) there.setQuery(text);
        else there.emit("change", there, Object.assign(held, { yasqe: { ...held.yasqe, value: text } }));
      }
    }
    given[query.name] = text;
  }
  localStorage.setItem(key, JSON.stringify(given));
  if (first) yasgui.selectTabId(first.getId());

  function openQuery(query) {
    const there = tabOf(query.name);
    if (there) yasgui.selectTabId(there.getId());
    else addQuery(query, true);
  }
  const chooser = document.getElementById("queries");
  for (const query of told.queries) {
    const option = document.createElement("option");
    option.value = query.name;
    option.textContent = `${query.name}: ${query.title}`;
    chooser.append(option);
  }
  chooser.addEventListener("change", () => {
    const query = told.queries.find((one) => one.name === chooser.value);
    if (query) openQuery(query);
    chooser.value = "";
  });

  // The bar of tabs scrolls: the one that is open is in sight, and each says what it answers.
  const bar = document.querySelector(".tabsList");
  const titles = new Map(told.queries.map((query) => [query.name, query.title]));
  function reveal() {
    for (const [id, tab] of Object.entries(yasgui._tabs))
      if (tab) yasgui.tabElements._tabs[id]?.tabEl?.setAttribute("title", titles.get(tab.getName()) ?? tab.getName());
    // What the editor leaves without a name, and tabs that name panels which are only made when opened.
    for (const field of document.querySelectorAll("main input:not([aria-label]), main textarea:not([aria-label])"))
      field.setAttribute("aria-label", field.closest(".controlbar") ? "Endpoint" : field.closest(".tab") ? "Name" : "Query");
    for (const link of bar.querySelectorAll("a[role=tab]")) {
      const panel = link.hash.slice(1);
      if (document.getElementById(panel)) link.setAttribute("aria-controls", panel);
      else link.removeAttribute("aria-controls");
    }
    const open = bar.querySelector(".tab.active");
    if (!open) return;
    const plus = bar.querySelector(".addTab").parentElement.offsetWidth;
    const [start, end] = [open.offsetLeft, open.offsetLeft + open.offsetWidth + plus];
    if (start < bar.scrollLeft || end > bar.scrollLeft + bar.clientWidth)
      bar.scrollLeft = (start + end - bar.clientWidth) / 2;
  }
  for (const event of ["tabSelect", "tabAdd", "tabChange", "tabClose"]) yasgui.on(event, () => setTimeout(reveal));
  // A wheel that turns only up and down moves the bar too.
  bar.addEventListener(
    "wheel",
    (event) => {
      const before = bar.scrollLeft;
      if (!event.deltaX) bar.scrollLeft += event.deltaY;
      if (bar.scrollLeft !== before) event.preventDefault();
    },
    { passive: false },
  );
  reveal();

  // What a result names of the case, as links to the map.
  const shown = document.getElementById("shown");
  function things(tab) {
    const answer = tab.getYasr()?.results?.getBindings?.() ?? [];
    const found = new Set();
    for (const row of answer)
      for (const cell of Object.values(row))
        if (cell?.type === "uri" && Object.hasOwn(told.things, cell.value)) found.add(cell.value);
    return [...found];
  }
  function show(tab) {
    shown.replaceChildren();
    const found = things(tab);
    shown.hidden = !found.length;
    if (!found.length) return;
    const most = 40;
    shown.append(found.length > most ? `Show on the map (${most} of ${found.length}): ` : "Show on the map: ");
    for (const iri of found.slice(0, most)) {
      const link = document.createElement("a");
      link.href = `/#point=all&node=${encodeURIComponent(told.things[iri].id)}`;
      link.textContent = told.things[iri].label;
      shown.append(link, " ");
    }
  }
  // The answer is read after this is told of.
  yasgui.on("queryResponse", (_, tab) => setTimeout(() => tab === yasgui.getTab() && show(tab)));
  // Which tab is open is only written down after this is told of.
  yasgui.on("tabSelect", (_, id) => yasgui.getTab(id) && show(yasgui.getTab(id)));

  // An IRI of the case leads to what is told of it here; the web does not know it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.iri");
    if (!link) return;
    const thing = told.things[link.getAttribute("href")];
    if (!thing) return;
    event.preventDefault();
    window.open(thing.path, "_blank", "noopener");
  });
  // For whoever drives the page from a script.
  window.tabs = () => yasgui._tabs;
  window.completions = async (name) => Yasqe.Autocompleters[name].get();
  document.body.dataset.ready = "yes";
})();
