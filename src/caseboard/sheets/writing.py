"""A case to the tables of a folder, with a file for what no column holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from caseboard.sheets.claimrows import evidence_iri
from caseboard.sheets.columns import CLAIM_ROLES, RECORD_ROLES, reads_as_role
from caseboard.sheets.lexicon import Lexicon, Meaning
from caseboard.sheets.naming import key, local
from caseboard.sheets.outgoing import LITERAL, PLAIN_ROLES, Sheet, cell_text
from caseboard.sheets.records import COMMENT, LABEL, OA, PROV, SORT_OF, TYPE, place_triples
from caseboard.sheets.registry import TYPES, Registry
from caseboard.sheets.settings import Settings
from caseboard.sheets.values import guarded, literal, spoilt, typed
from caseboard.terms import CB, RDF, XSD, plain

Triple = tuple[str, str, str]
_CLAIM, _STATEMENT = f"<{CB}Claim>", f"<{RDF}Statement>"


class Unfolding:
    """Takes a case's triples apart into rows, and keeps what no row says.

    Args:
        triples: what was authored, in N-Triples terms.
        lexicon: the words of the case.
        settings: of the folder; nothing is to be guessed in it.
    """

    def __init__(self, triples: Iterable[Triple], lexicon: Lexicon, settings: Settings) -> None:
        self.lexicon, self.settings = lexicon, settings
        self.of: dict[str, dict[str, list[str]]] = {}
        self.all = set(triples)
        self.pointed: dict[str, int] = {}
        for subject, predicate, obj in sorted(self.all):
            self.of.setdefault(subject, {}).setdefault(predicate, []).append(obj)
            if obj.startswith("_:"):
                self.pointed[obj] = self.pointed.get(obj, 0) + 1
        self.covered: set[Triple] = set()
        self.registry = Registry(
            settings.namespace, lexicon, {**lexicon.prefixes, **settings.prefixes, "my": settings.namespace}
        )
        self.sheets = {
            "claims": Sheet(CLAIM_ROLES),
            **{name: Sheet(roles) for name, roles in RECORD_ROLES.items()},
        }
        self._words = self._relation_words()
        self._statuses = {f"<{iri}>": word for word, iri in sorted(lexicon.statuses.items(), reverse=True)}
        self._kinds = {
            f"<{iri}>": word for word, iri in sorted(lexicon.kinds.items(), reverse=True) if ":" not in word
        }

    def unfold(self) -> Settings:
        """Fill the sheets, and return the settings that go with them."""
        evidence_used = self._claims()
        for what, sort in SORT_OF.items():
            kinds = set(self._kinds) if what == "entities" else {f"<{TYPES[sort]}>"}
            for subject, said in self.of.items():
                told = what == "evidence" and subject in evidence_used
                if subject.startswith("<") and kinds & set(said.get(TYPE, ())) and not told:
                    self._record(what, subject, said)
        return self._about()

    @property
    def rest(self) -> list[Triple]:
        """The triples that no row says."""
        return sorted(self.all - self.covered)

    # --- cells ------------------------------------------------------------------------------------

    def _id(self, term: str) -> str | None:
        """Return what a column of identifiers holds for an IRI, None where nothing reads back as it."""
        iri = term[1:-1]
        short = iri.removeprefix(self.settings.namespace)
        for text in (short, f"<{iri}>"):
            if self.registry.iri(text) == iri:
                return text
        return None

    def _name(self, sort: str, term: str) -> str | None:
        """Return the name of a thing where it means this thing and no other, else its identifier."""
        iri = term[1:-1]
        for label in self.of.get(term, {}).get(LABEL, ()):
            text = cell_text(label)
            known = self.registry.sorts[sort].known.get(key(text or ""))
            if text and ";" not in text and not spoilt(text) and known == {iri}:
                return text
        text = f"<{iri}>"
        # What is described nowhere is written whole: a short form would read as a name.
        return text if self.registry.iri(text) == iri else None

    def _take(self, subject: str, predicate: str, obj: str) -> None:
        self.covered.add((subject, predicate, obj))

    def _texts(self, subject: str, row: dict[str, str], role: str, predicate: str) -> None:
        for term in self.of[subject].get(predicate, ()):
            found = LITERAL.match(term)
            if not found or found["datatype"]:
                continue
            header = f"{role}@{found['language']}" if found["language"] else role
            text = cell_text(term)
            if text and header not in row and literal(text, found["language"] or "") == term:
                row[header] = text
                self._take(subject, predicate, term)

    def _extras(self, subject: str, row: dict[str, str]) -> None:
        space = f"<{self.settings.namespace}column-"
        for predicate, terms in self.of[subject].items():
            if not predicate.startswith(space) or len(terms) != 1:
                continue
            header, text = self._header(predicate), cell_text(terms[0])
            if header and text and literal(text) == terms[0] and header not in row:
                row[header] = text
                self._take(subject, predicate, terms[0])
                self._take(predicate, TYPE, f"<{RDF}Property>")
                self._take(predicate, LABEL, literal(header))

    def _header(self, column: str) -> str | None:
        said = self.of.get(column, {})
        labels = [cell_text(term) or "" for term in said.get(LABEL, ())]
        if f"<{RDF}Property>" not in said.get(TYPE, ()) or len(labels) != 1:
            return None
        header = labels[0]
        same = column == f"<{self.settings.namespace}{local(header, 'column-')}>"
        plain_ = header == " ".join(header.split()) and "@" not in header and not header.startswith("#")
        fits = same and plain_ and header and guarded(header) == header and not reads_as_role(header)
        return header if fits and said[LABEL] == [literal(header)] else None

    def _linked(
        self, subject: str, row: dict[str, str], role: str, predicate: str, shown: Callable[[str], str | None]
    ) -> None:
        texts = []
        for term in self.of[subject].get(predicate, ()):
            if term.startswith("<") and (text := shown(term)) is not None:
                texts.append(text)
                self._take(subject, predicate, term)
        if texts:
            row[role] = "; ".join(texts)

    # --- claims -----------------------------------------------------------------------------------

    def _claims(self) -> set[str]:
        """Fill the sheet of claims, and return the evidence that stands whole in its rows."""
        natural: set[str] = set()
        for claim in sorted(self.of):
            said = self.of[claim]
            if (
                claim.startswith("<")
                and _CLAIM in said.get(TYPE, ())
                and (row := self._claim(claim, said, natural))
            ):
                self.sheets["claims"].rows.append(row)
        return natural

    def _claim(self, claim: str, said: dict[str, list[str]], natural: set[str]) -> dict[str, str] | None:
        needed = [said.get(f"<{RDF}{part}>", []) for part in ("subject", "predicate", "object")]
        id_ = self._id(claim)
        if id_ is None or any(len(terms) != 1 for terms in needed):
            return None
        if self.settings.statements and _STATEMENT not in said[TYPE]:
            return None
        subject, relation, obj = (terms[0] for terms in needed)
        first, word = self._name("entity", subject) if subject[0] == "<" else None, self._relation(relation)
        attributes = self.lexicon.attributes
        if relation[1:-1] in attributes:
            text = cell_text(obj) if obj[0] == '"' else None
            wrong = text is None or spoilt(text) or typed(text, attributes[relation[1:-1]])[0] != obj
            second = None if wrong else text
        else:
            second = self._name("entity", obj) if obj[0] == "<" else None
        if first is None or word is None or second is None:
            return None
        row = {"id": id_, "subject": first, "relation": word, "object": second}
        self._take(claim, TYPE, _CLAIM)
        if self.settings.statements:
            self._take(claim, TYPE, _STATEMENT)
        for part, term in zip(("subject", "predicate", "object"), (subject, relation, obj), strict=True):
            self._take(claim, f"<{RDF}{part}>", term)
        status = said.get(f"<{CB}status>", [])
        if len(status) == 1 and status[0] in self._statuses:
            row["status"] = self._statuses[status[0]]
            self._take(claim, f"<{CB}status>", status[0])
        if len(said.get(f"<{CB}revealedIn>", ())) == 1:
            self._linked(claim, row, "revealed", f"<{CB}revealedIn>", lambda term: self._name("point", term))
        if len(said.get(f"<{CB}refutedIn>", ())) == 1:
            self._linked(claim, row, "refuted", f"<{CB}refutedIn>", lambda term: self._name("point", term))
        self._linked(claim, row, "refuted by", f"<{CB}refutedBy>", self._id)
        self._linked(claim, row, "thread", f"<{CB}partOfThread>", lambda term: self._name("thread", term))
        self._linked(claim, row, "event", f"<{CB}inEvent>", lambda term: self._name("entity", term))
        self._linked(
            claim, row, "said by", f"<{PROV}wasAttributedTo>", lambda term: self._name("agent", term)
        )
        derived = said.get(f"<{PROV}wasDerivedFrom>", [])
        if len(derived) == 1 and (place := self._natural(derived[0])):
            row |= place
            natural.add(derived[0])
            self._take(claim, f"<{PROV}wasDerivedFrom>", derived[0])
        else:
            self._linked(claim, row, "evidence", f"<{PROV}wasDerivedFrom>", self._id)
        self._texts(claim, row, "note", COMMENT)
        self._extras(claim, row)
        return row

    def _relation(self, relation: str) -> str | None:
        iri = relation[1:-1]
        if iri not in self._words:
            text = f"<{iri}>"
            known = self.registry.iri(text) == iri and self.lexicon.relation(iri) == Meaning(iri)
            self._words[iri] = text if known else None
        return self._words[iri]

    def _relation_words(self) -> dict[str, str | None]:
        """Return relation -> the phrase that means it and nothing else."""
        found: dict[str, str | None] = {}
        for iri, word in self.lexicon.relations.items():
            clean = word and word == " ".join(word.split()) and ":" not in word and word[0] not in "<#"
            if clean and not spoilt(word) and self.lexicon.relation(word) == Meaning(iri):
                found[iri] = word
        return found

    def _natural(self, evidence: str) -> dict[str, str] | None:
        """Return source, locator and quote where these make this evidence, and nothing else is said of it."""
        said = self.of.get(evidence, {})
        sources = said.get(f"<{OA}hasSource>", [])
        if len(sources) != 1 or sources[0][0] != "<" or (name := self._name("source", sources[0])) is None:
            return None
        section, paragraph, sentence = (
            [plain(term) for term in said.get(f"<{CB}{part}>", ())]
            for part in ("section", "paragraph", "sentence")
        )
        locator = ", ".join(
            section + [f"paragraph {one}" for one in paragraph] + [f"sentence {one}" for one in sentence]
        )
        quote, selectors = self._selectors(evidence)
        if quote is None or "start" in quote:
            return None
        passage = quote.get("quote", "")
        iri = evidence_iri(self.settings.namespace, sources[0][1:-1], locator, passage)
        expected = {
            (evidence, TYPE, f"<{OA}SpecificResource>"),
            (evidence, f"<{OA}hasSource>", sources[0]),
            *((evidence, predicate, term) for predicate, term in (place_triples(locator) if locator else ())),
            *(triple for triple in selectors if triple[0] == evidence),
        }
        actual = {(evidence, predicate, term) for predicate, terms in said.items() for term in terms}
        fits = all(text == text.strip() for text in (locator, passage)) and ";" not in name
        if evidence != f"<{iri}>" or expected != actual or not fits:
            return None
        self.covered |= expected | set(selectors)
        return (
            {"source": name}
            | ({"locator": locator} if locator else {})
            | ({"quote": passage} if passage else {})
        )

    def _selectors(self, evidence: str) -> tuple[dict[str, str] | None, list[Triple]]:
        """Return the cells for what selects a passage, None where cells cannot say it, and its triples."""
        cells: dict[str, str] = {}
        taken: list[Triple] = []
        for node in self.of.get(evidence, {}).get(f"<{OA}hasSelector>", ()):
            said = self.of.get(node, {})
            forms = {predicate: terms[0] for predicate, terms in said.items() if len(terms) == 1}
            if node[:2] != "_:" or self.pointed.get(node) != 1 or len(forms) != len(said):
                return None, []
            kind = forms.pop(TYPE, "")
            if kind == f"<{OA}TextQuoteSelector>" and set(forms) == {f"<{OA}exact>"}:
                found = {"quote": forms[f"<{OA}exact>"]}
            elif kind == f"<{OA}TextPositionSelector>" and set(forms) == {f"<{OA}start>", f"<{OA}end>"}:
                found = {one: forms[f"<{OA}{one}>"] for one in ("start", "end")}
            else:
                return None, []
            for role, term in found.items():
                text = cell_text(term)
                datatype = "" if role == "quote" else XSD + "integer"
                if not text or role in cells or literal(text, "", datatype) != term:
                    return None, []
                cells[role] = text
            taken += [(node, predicate, terms[0]) for predicate, terms in said.items()]
            taken.append((evidence, f"<{OA}hasSelector>", node))
        return cells, taken

    # --- records ----------------------------------------------------------------------------------

    def _record(self, what: str, subject: str, said: dict[str, list[str]]) -> None:
        id_ = self._id(subject)
        if id_ is None:
            return
        row = {"id": id_}
        if what == "entities":
            words = []
            for kind in said[TYPE]:
                if kind in self._kinds:
                    words.append(self._kinds[kind])
                    self._take(subject, TYPE, kind)
            row["kind"] = "; ".join(words)
            self._linked(subject, row, "before", f"<{CB}before>", lambda term: self._name("entity", term))
        else:
            self._take(subject, TYPE, f"<{TYPES[SORT_OF[what]]}>")
        if "name" in RECORD_ROLES[what]:
            self._texts(subject, row, "name", LABEL)
            self._texts(subject, row, "note", COMMENT)
        if what == "sources":
            self._linked(
                subject, row, "author", f"<{PROV}wasAttributedTo>", lambda term: self._name("agent", term)
            )
        for role, datatypes in PLAIN_ROLES.get(what, {}).items():
            self._plain(subject, row, role, datatypes)
        if what == "evidence":
            sources = said.get(f"<{OA}hasSource>", [])
            if len(sources) == 1:
                self._linked(
                    subject, row, "source", f"<{OA}hasSource>", lambda term: self._name("source", term)
                )
            quote, selectors = self._selectors(subject)
            if quote:
                row |= quote
                self.covered |= set(selectors)
        self._extras(subject, row)
        self.sheets[what].rows.append(row)

    def _plain(self, subject: str, row: dict[str, str], role: str, datatypes: Sequence[str]) -> None:
        predicate = f"<{CB}{'passageDigest' if role == 'digest' else role}>"
        terms = self.of[subject].get(predicate, [])
        text = cell_text(terms[0]) if len(terms) == 1 else None
        if not text:
            return
        datatype = datatypes[-1] if "." in text else datatypes[0]
        number = re.fullmatch(r"[+-]?\d+(\.\d+)?", text) or role != "order"
        if number and literal(text, "", datatype) == terms[0]:
            row[role] = text
            self._take(subject, predicate, terms[0])

    def _about(self) -> Settings:
        cases = [one for one, said in self.of.items() if f"<{CB}Case>" in said.get(TYPE, ())]
        if len(cases) == 1 and cases[0][0] == "<" and (id_ := self._id(cases[0])):
            said = self.of[cases[0]]
            labels, comments = said.get(LABEL, []), said.get(COMMENT, [])
            if len(labels) == 1 and (found := LITERAL.match(labels[0])) and (title := plain(labels[0])):
                language = found["language"] or ""
                about = plain(comments[0]) if len(comments) == 1 else ""
                if literal(title, language) == labels[0]:
                    self._take(cases[0], TYPE, f"<{CB}Case>")
                    self._take(cases[0], LABEL, labels[0])
                    if about and literal(about, language) == comments[0]:
                        self._take(cases[0], COMMENT, comments[0])
                    else:
                        about = ""
                    return replace(self.settings, title=title, about=about, language=language, case=id_)
        return replace(self.settings, title="", case="")
