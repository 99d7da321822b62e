"""Names in several scripts: which are proposed as one, and which only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

import caseboard
from caseboard.errors import MissingExtra
from caseboard.identities import Suggestion

from .small import PREFIXES

ONE = [
    ("محمد علي", "Muhammad Ali"),
    ("محمد علي", "Mohammed Aly"),
    ("حسين", "Hussein"),
    ("عبد الله", "Abdullah"),
    ("نجيب محفوظ", "Naguib Mahfouz"),
    ("فاطمة", "Fatima"),
    ("عمر الشريف", "Omar Sharif"),
    ("يوسف", "Youssef"),
    ("משה דיין", "Moshe Dayan"),
    ("יצחק רבין", "Yitzhak Rabin"),
    ("גולדה מאיר", "Golda Meir"),
    ("בנימין נתניהו", "Benjamin Netanyahu"),
    ("毛泽东", "Mao Zedong"),
    ("毛泽东", "Zedong Mao"),
    ("やまだ たろう", "Taro Yamada"),
    ("ヤマダ タロウ", "Tarō Yamada"),
    ("გიორგი შევარდნაძე", "Giorgi Shevardnadze"),
    ("Արամ Խաչատրյան", "Aram Khachatryan"),
    ("김정은", "Kim Jong-un"),
    ("박근혜", "Park Geun-hye"),
    ("이재명", "Lee Jae-myung"),
    ("नरेन्द्र मोदी", "Narendra Modi"),
    ("Дмитрий Петров", "Dmitry Petrov"),
    ("Чайковский", "Tchaikovsky"),
    ("Ельцин", "Yeltsin"),
    ("Юлия", "Julia"),
    ("Γιώργος Σεφέρης", "Giorgos Seferis"),
]
TWO = [
    ("حسين", "Hassan"),
    ("حسن", "Hussein"),
    ("محمود", "Muhammad"),
    ("毛泽东", "Mao Zetan"),
    ("习近平", "Xu Jingping"),
    ("박근혜", "Park Geun-ryeong"),
    ("김정은", "Kim Jong-il"),
    ("やまだ たろう", "Jiro Yamada"),
    ("Иван", "Ivana"),
    ("Ольга Петрова", "Oleg Petrov"),
    ("გიორგი", "Gregory"),
    ("משה דיין", "Moshe Levi"),
]


def suggested(folder: Path, one: str, other: str) -> tuple[Suggestion, ...]:
    pytest.importorskip("rapidfuzz")
    pytest.importorskip("anyascii")
    body = "".join(
        f't:e{place} a cb:Person ; rdfs:label "{name}" .\n'
        for place, name in enumerate((one, other, "Zoltan Q"))
    )
    body += (
        "t:c a cb:Claim ; rdf:subject t:e0 ; rdf:predicate cb:helps ; rdf:object t:e2 ; "
        "cb:status cb:Stated ; cb:revealedIn t:p1 .\n"
    )
    (folder / "case.ttl").write_text(PREFIXES + body, "utf-8")
    return caseboard.open(folder / "case.ttl").suggestions()


@pytest.mark.parametrize(("one", "other"), ONE)
def test_a_name_finds_its_latin_spelling_and_the_reason_is_told(one: str, other: str, tmp_path: Path) -> None:
    (found,) = suggested(tmp_path, one, other)
    assert {str(found.first), str(found.second)} == {one, other}
    (reason,) = found.reasons
    assert f"“{one}”" in reason
    assert f"“{other}”" in reason
    assert "same" in reason


@pytest.mark.parametrize(("one", "other"), TWO)
def test_names_that_only_look_alike_are_not_proposed(one: str, other: str, tmp_path: Path) -> None:
    assert suggested(tmp_path, one, other) == ()


def test_two_in_one_script_are_compared_as_they_are(tmp_path: Path) -> None:
    (found,) = suggested(tmp_path, "Дмитрий Петров", "Петров Дмитрий")
    assert "the same words in another order" in found.reasons[0]


def test_without_the_library_the_way_to_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from caseboard import romanised

    romanised.ascii_letters.cache_clear()
    monkeypatch.setitem(sys.modules, "anyascii", None)
    with pytest.raises(MissingExtra, match=r"pip install 'caseboard\[formats\]'"):
        romanised.ascii_letters("Юрий")
    assert romanised.ascii_letters("Yuri") == "Yuri"
