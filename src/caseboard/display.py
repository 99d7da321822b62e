"""How values show themselves in a notebook: HTML that follows its colours and escapes everything."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

from caseboard.errors import MissingExtra

T = TypeVar("T")

#: A notebook gets so many lines of a text, and so many rows of a table, of which it shows a page at a time.
LINES, ROWS, PAGE = 400, 500, 20
#: What a claim's sentence is followed by: how sure it is, since when it is known, who says so.
_ASIDE = re.compile(r"(.*?)( \[(?:stated|inferred|hedged|predicted)\b[^\]]*\])(.*)", re.DOTALL)
_CELL = "text-align:left;vertical-align:top;padding:.25em .8em .25em 0"

# Finds its tables by their mark and not by an id, since one value can be shown twice in a document.
_SCRIPT = """
for (const box of document.querySelectorAll('[data-caseboard="%s"]:not([data-ready])')) {
  box.dataset.ready = '';
  const body = box.querySelector('tbody'), rows = [...body.rows], size = %d;
  const [back, on] = box.querySelectorAll('nav button'), told = box.querySelector('nav span');
  const order = new Intl.Collator(undefined, { numeric: true });
  let first = 0, by = -1, down = false;
  const show = () => {
    body.replaceChildren(...rows);
    rows.forEach((row, i) => { row.hidden = i < first || i >= first + size; });
    if (!told) return;
    told.textContent = `${first + 1}–${Math.min(first + size, rows.length)} ${told.dataset.of}`;
    back.disabled = !first;
    on.disabled = first + size >= rows.length;
  };
  if (told) {
    back.hidden = on.hidden = false;
    back.onclick = () => { first -= size; show(); };
    on.onclick = () => { first += size; show(); };
  }
  box.querySelectorAll('thead th').forEach((head, i) => {
    const sort = () => {
      down = by === i && !down;
      by = i;
      first = 0;
      const text = (row) => row.cells[i].textContent;
      rows.sort((a, b) => (down ? -1 : 1) * order.compare(text(a), text(b)));
      box.querySelectorAll('thead th').forEach((one) => one.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      show();
    };
    head.tabIndex = 0;
    head.style.cursor = 'pointer';
    head.onclick = sort;
    head.onkeydown = (event) => { if (event.key === 'Enter') sort(); };
  });
  show();
}
"""


class Shown:
    """A value whose text is what people read: it shows itself so in a notebook, and in a console.

    >>> class Note(Shown):
    ...     def __str__(self):
    ...         return "Ada helps Iris. [stated, midway]"
    >>> "<small" in Note()._repr_html_()
    True
    """

    __slots__ = ()

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        # A console asks each class before its bases, and would take the __repr__ that a dataclass gets.
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def _brief(self) -> str:
        """Return the text, or as much of it as a notebook can hold, and how much more there is."""
        lines = str(self).split("\n", LINES)
        if len(lines) <= LINES:
            return "\n".join(lines)
        more = lines.pop().count("\n") + 1
        return "\n".join([*lines, f"… and {more:,} more lines; print() shows them all"])

    def _repr_html_(self) -> str:
        return outline(self._brief())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002
        printer.text(self._brief())


class Listing(Shown, tuple[T, ...]):
    """Several values, a tuple that is read one below the other.

    >>> print(Listing(["a claim", "another"]))
    a claim
    another
    """

    __slots__ = ()

    def __str__(self) -> str:
        return _joined(self)

    def _brief(self) -> str:
        if len(self) <= LINES:
            return super()._brief()
        more = f"… and {len(self) - LINES:,} more; print() shows them all"
        return f"{Listing(self[:LINES])._brief()}\n\n{more}"


def _joined(values: Iterable[object]) -> str:
    texts = [str(value) for value in values]
    return ("\n\n" if any("\n" in text for text in texts) else "\n").join(texts) or "none"


class Page(str):
    """An HTML document, a text like any other; a notebook shows it in a frame that can do nothing outside.

    Where pages cannot be shown, as in a PDF, there is a picture in its place.

    ``drawn`` says how many people and things are on its map, and how many links.

    >>> page = Page("<p>Ada</p>", name="Harbour", picture=lambda: b"", drawn=(1, 0))
    >>> page
    <Page 'Harbour': 0 kB of HTML>
    """

    name: str
    picture: Callable[[], bytes]
    drawn: tuple[int, int]

    def __new__(  # noqa: D102
        cls, text: str, *, name: str, picture: Callable[[], bytes], drawn: tuple[int, int]
    ) -> Page:
        page = super().__new__(cls, text)
        page.name, page.picture, page.drawn = name, picture, drawn
        return page

    def __repr__(self) -> str:
        return f"<Page {self.name!r}: {len(self.encode()) / 1000:.0f} kB of HTML>"

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, str]:
        frame = (
            f'<iframe srcdoc="{html.escape(self)}" title="{html.escape(self.name)}" '
            'sandbox="allow-scripts allow-downloads" style="width:100%;height:640px;border:0"></iframe>'
        )
        import base64

        try:
            picture = base64.b64encode(self.picture()).decode()
        except MissingExtra as missing:
            # The page itself needs nothing more; what cannot be there is said where it would be.
            return {"text/html": frame, "text/plain": f"{self!r}; no picture of it: {missing}"}
        return {"text/html": frame, "image/png": picture, "text/plain": repr(self)}


def outline(text: str) -> str:
    r"""Return an indented text as nested lists; what is further in than the line before belongs to it.

    Args:
        text: lines, of which the blank ones part blocks.

    >>> outline("Why\n  because <i>").partition("<ul")[2]
    ' style="margin:0"><li>because &lt;i&gt;</li></ul></div>'
    """
    out = ['<div style="max-width:56em;line-height:1.45">']
    open_at: list[int] = []
    lines = text.split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        depth = len(line) - len(line.lstrip(" "))
        if not line.strip() or not depth:
            out += ["</ul>"] * len(open_at)
            open_at = []
            if line.strip():
                # What has something beneath it is its title.
                said = f"<b>{_said(line)}</b>" if after.startswith(" ") else _said(line)
                out.append(f'<p style="margin:.5em 0 .2em">{said}</p>')
            continue
        while open_at and depth < open_at[-1]:
            open_at.pop()
            out.append("</ul>")
        if not open_at or depth > open_at[-1]:
            open_at.append(depth)
            out.append('<ul style="margin:0">')
        out.append(f"<li>{_said(line.strip())}</li>")
    return "".join([*out, *["</ul>"] * len(open_at), "</div>"])


def _said(line: str) -> str:
    """Return a line as HTML, what says how sure it is in small letters."""
    found = _ASIDE.fullmatch(line)
    if not found:
        return html.escape(line)
    before, aside, after = map(html.escape, found.groups())
    return f'{before}<small style="opacity:.75">{aside}</small>{after}'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    total: int,
    hints: Iterable[Sequence[str]] | None = None,
    caption: str = "",
    rest: str = "to_pandas() has them all",
) -> str:
    """Return a table that is sorted by a click on a column, and shows a page of its rows at a time.

    Where no script runs, the first page is shown. At most `ROWS` rows are in it, and it says so.

    Args:
        head: names of the columns.
        rows: the cells' texts; no more of them are read than are shown.
        total: how many rows there are.
        hints: for each row, what to show of each cell while the pointer is over it.
        caption: what the table is.
        rest: what has the rows that are not in it.

    >>> "1–20 of 30" in table(["n"], ([str(n)] for n in range(30)), total=30)
    True
    """
    from hashlib import sha256

    held = list(islice(rows, ROWS))
    over = list(islice(hints, ROWS)) if hints is not None else [()] * len(held)
    body = []
    for place, (row, hint) in enumerate(zip(held, over, strict=True)):
        titles = [f' title="{html.escape(one)}"' if one else "" for one in hint] or [""] * len(row)
        cells = "".join(
            f'<td style="{_CELL}"{title}>{html.escape(cell)}</td>'
            for cell, title in zip(row, titles, strict=True)
        )
        body.append(f"<tr{' hidden' if place >= PAGE else ''}>{cells}</tr>")
    names = "".join(f'<th scope="col" style="{_CELL}">{html.escape(name)}</th>' for name in head)
    titled = f'<caption style="text-align:left">{html.escape(caption)}</caption>' if caption else ""
    grid = f"<table>{titled}<thead><tr>{names}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    of = f"of {total:,}" + (f" ({ROWS:,} are here; {rest})" if total > len(held) else "")
    pager = ""
    if total > PAGE:
        buttons = '<button type="button" hidden>‹ back</button> <button type="button" hidden>on ›</button>'
        pager = f'<nav>{buttons} <span data-of="{html.escape(of)}">1–{PAGE} {html.escape(of)}</span></nav>'
    elif total == 0:
        pager = "<p>no rows</p>"
    mark = sha256((grid + pager).encode()).hexdigest()[:16]
    script = f"<script>{{{_SCRIPT % (mark, PAGE)}}}</script>"
    return f'<div data-caseboard="{mark}" style="overflow-x:auto">{grid}{pager}</div>{script}'
