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
      return Boolean(token.string) && !/^[?$]/.test(token.string) && may.includes("IRI_REF") && !may.includes("a");
    },
  });
  Yasr.defaults.prefixes = told.prefixes;

  const yasgui = new Yasgui(document.getElementById("yasgui"), {
    persistenceId: `caseboard-${told.title}`,
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

  const tabOf = (name) => Object.values(yasgui._tabs).find((tab) => tab && tab.getName() === name);
  function openQuery(query) {
    const there = tabOf(query.name);
    if (there) yasgui.selectTabId(there.getId());
    else yasgui.addTab(true, { name: query.name, yasqe: { value: declared(query.text) } });
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
  yasgui.on("queryResponse", (_, tab) => setTimeout(() => show(tab)));
  yasgui.on("tabSelect", () => yasgui.getTab() && show(yasgui.getTab()));

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
