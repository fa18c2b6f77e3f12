"""Two schemes side by side: every change as a sentence in both languages, ordered by importance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from windvane.changes.shares import share_of_total
from windvane.changes.traits import Trait, Traits, full_text, grade_traits, kind_traits, node_traits, scheme_traits
from windvane.changes.values import quoted, turned, turns
from windvane.decimals import decimal_text
from windvane.formula import to_text
from windvane.scheme import ROOT, Kind, Node, Scheme
from windvane.text import Text

ORDER: Final = (
    "class", "removed", "added", "moved", "for", "full", "share", "weight", "rule", "parameter", "missing", "limit", "choices", "parts",
    "ledger", "veto", "grade", "ranking", "rounding", "own_rule", "order", "code", "provider", "measure", "title", "note", "cycle",
    "source", "wording",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``where`` is the code of what changed; ``old`` and ``new`` are the values in Chinese, empty for nothing."""

    kind: str
    where: str
    zh: str
    en: str
    old: str = ""
    new: str = ""

    def say(self, language: str = "zh") -> str:
        return self.en if language == "en" else self.zh

    def __str__(self) -> str:
        return self.zh


def compare(old: Scheme, new: Scheme) -> list[Change]:
    """Return what changed from ``old`` to ``new``, most important first; nothing for schemes that say the same."""
    if old.digest == new.digest:
        return []
    renamed = _renamed(old, new)
    found = [*_whole(old, new), *_nodes(old, new, renamed), *_grades(old, new), *_vetoes(old, new), *_rules(old, new)]
    found = found or [Change("wording", "", "只有写法或排列有变化", "only the wording or arrangement changed")]
    return sorted(found, key=lambda change: ORDER.index(change.kind))


def _change(kind: str, where: str, said: Text, old: str = "", new: str = "") -> Change:
    return Change(kind, where, said.zh, said.en, old, new)


# The scheme as a whole -----------------------------------------------------------------------------------------------


def _whole(old: Scheme, new: Scheme) -> Iterator[Change]:
    yield from _traits("scheme", Text(), old, new, scheme_traits(old), scheme_traits(new))
    for cls in old.classes.keys() - new.classes.keys():
        yield _change("class", cls, _said("取消类别", "class removed: ", old.class_title(cls)), old.class_title(cls).zh)
    for cls in new.classes:
        if cls not in old.classes:
            yield _change("class", cls, _said("新增类别", "class added: ", new.class_title(cls)), "", new.class_title(cls).zh)
        elif old.class_title(cls) != new.class_title(cls):
            said = Text(
                f"类别{old.class_title(cls)}改称{new.class_title(cls)}",
                f"class {old.class_title(cls).of('en')} is now called {new.class_title(cls).of('en')}",
            )
            yield _change("title", cls, said, str(old.class_title(cls)), str(new.class_title(cls)))


def _said(zh: str, en: str, title: Text) -> Text:
    return Text(f"{zh}“{title.of('zh')}”", f"{en}“{title.of('en')}”")


def _rules(old: Scheme, new: Scheme) -> Iterator[Change]:
    """Rules of the scheme's own; what they change at nodes is told there."""
    for name in {**old.rules, **new.rules}:
        before, after = old.rules.get(name), new.rules.get(name)
        if before is None or after is None:
            verb = ("新增", "added") if before is None else ("取消", "removed")
            yield _change("own_rule", name, Text(f"{verb[0]}自定规则{name}", f"own rule {name} {verb[1]}"))
        elif (before.points, before.where, before.params) != (after.points, after.where, after.params):
            texts = [str(quoted(to_text(rule.points))) for rule in (before, after)]
            said = Text(f"自定规则{name}由{texts[0]}改为{texts[1]}", f"own rule {name} changed from {texts[0]} to {texts[1]}")
            yield _change("own_rule", name, said, *texts)


# Nodes ---------------------------------------------------------------------------------------------------------------


def _renamed(old: Scheme, new: Scheme) -> dict[str, str]:
    """New codes of nodes that kept their title but not their code, by old code."""
    gone, come = ([n for c, n in a.nodes.items() if c not in b.nodes] for a, b in ((old, new), (new, old)))
    by_title = {node.title: node.code for node in come if sum(n.title == node.title for n in come) == 1 and node.title.zh != node.code}
    return {n.code: by_title[n.title] for n in gone if n.title in by_title and sum(g.title == n.title for g in gone) == 1}


def _nodes(old: Scheme, new: Scheme, renamed: Mapping[str, str]) -> Iterator[Change]:
    same = {code: renamed.get(code, code) for code in old.nodes if renamed.get(code, code) in new.nodes}
    for code, node in old.nodes.items():
        if code not in same:
            yield _change("removed", code, _with_full(old, node, "取消指标", "node removed: "), str(node.title))
    for code, node in new.nodes.items():
        if code not in same.values():
            yield _change("added", code, _with_full(new, node, "新增指标", "node added: "), "", str(node.title))
    for code, code_now in same.items():
        yield from _node(old, new, old.nodes[code], new.nodes[code_now], same)


def _with_full(scheme: Scheme, node: Node, zh: str, en: str) -> Text:
    full, parent = full_text(scheme, node), scheme.parents.get(node.code)
    said = _said(zh, en, node.title)
    place = Text(f"，在“{parent.title.of('zh')}”之下", f", under “{parent.title.of('en')}”") if parent and parent.code != ROOT else Text()
    marks = Text(f"，满分{full.of('zh')}", f", full marks {full.of('en')}") if full else Text()
    return Text(said.zh + place.zh + marks.zh, said.en + place.en + marks.en)


def _node(old: Scheme, new: Scheme, before: Node, after: Node, same: Mapping[str, str]) -> Iterator[Change]:
    owner = after.title
    if before.code != after.code:
        said = Text(
            f"“{owner.of('zh')}”的代码由{before.code}改为{after.code}", f"{owner.of('en')}: code changed from {before.code} to {after.code}"
        )
        yield _change("code", after.code, said, before.code, after.code)
    yield from _moved(old, new, before, after, same)
    quoted_owner = Text(f"“{owner.of('zh')}”", owner.of("en"))
    found = list(_traits(after.code, quoted_owner, old, new, node_traits(old, before), node_traits(new, after)))
    yield from found
    yield from _shares(old, new, before, after, any(change.kind == "full" for change in found))
    yield from _kinds(old, new, before, after)
    kept = [same[part.code] for part in before.parts if part.code in same]
    if (now := [part.code for part in after.parts if part.code in kept]) != [code for code in kept if code in now]:
        yield _change(
            "order", after.code, Text(f"“{owner.of('zh')}”之下指标的顺序有变化", f"{owner.of('en')}: the order of its parts changed")
        )


def _moved(old: Scheme, new: Scheme, before: Node, after: Node, same: Mapping[str, str]) -> Iterator[Change]:
    places = [_place(scheme, node) for scheme, node in ((old, before), (new, after))]
    parents = [scheme.parents.get(node.code) for scheme, node in ((old, before), (new, after))]
    codes = (same.get(parents[0].code, parents[0].code) if parents[0] else "", parents[1].code if parents[1] else "")
    if codes[0] != codes[1]:
        zh, en = (
            f"“{after.title.of('zh')}”由{places[0].of('zh')}移到{places[1].of('zh')}",
            f"{after.title.of('en')}: moved from {places[0].of('en')} to {places[1].of('en')}",
        )
        yield _change("moved", after.code, Text(zh, en), str(places[0]), str(places[1]))


def _place(scheme: Scheme, node: Node) -> Text:
    parent = scheme.parents.get(node.code)
    if parent is None:
        return Text("总分之外", "beside the total")
    return Text(f"“{parent.title.of('zh')}”之下", f"under “{parent.title.of('en')}”")


def _shares(old: Scheme, new: Scheme, before: Node, after: Node, told: bool) -> Iterator[Change]:
    """The share of the total, where the node's place among its siblings changed and its full marks do not tell it already."""
    if told and old.root.full == new.root.full:
        return
    classes = [cls for cls in new.classes if cls in old.classes] or []
    turned_: dict[tuple[str, str], list[str]] = {}
    for cls in classes:
        x, y = share_of_total(old, before.code, cls), share_of_total(new, after.code, cls)
        if x is not None and y is not None and x != y and _own_share_changed(old, new, before, after, cls):
            turned_.setdefault((f"{decimal_text(x * 100, 2)}%", f"{decimal_text(y * 100, 2)}%"), []).append(cls)
    for (x_text, y_text), held in turned_.items():
        zh, en = (
            ("", "")
            if len(held) == len(classes)
            else (
                f"（{'、'.join(new.class_title(c).of('zh') for c in held)}）",
                f" ({', '.join(new.class_title(c).of('en') for c in held)})",
            )
        )
        said = Text(
            f"“{after.title.of('zh')}”占总分的比重{zh}由{x_text}变为{y_text}",
            f"{after.title.of('en')}: share of the total{en} changed from {x_text} to {y_text}",
        )
        yield _change("share", after.code, said, x_text, y_text)


def _own_share_changed(old: Scheme, new: Scheme, before: Node, after: Node, cls: str) -> bool:
    """Whether it is not only the share of the node above that changed."""
    above, above_now = old.parents.get(before.code), new.parents.get(after.code)
    if above is None or above_now is None:
        return False
    x, y = share_of_total(old, above.code, cls), share_of_total(new, above_now.code, cls)
    own, own_now = share_of_total(old, before.code, cls), share_of_total(new, after.code, cls)
    return not x or not y or own is None or own_now is None or own / x != own_now / y


def _kinds(old: Scheme, new: Scheme, before: Node, after: Node) -> Iterator[Change]:
    for kind, now in _paired(before.ledger or {}, after.ledger or {}):
        where = f"{after.code}.{(now or kind or _NONE).code}"
        if kind is not None and now is not None:
            titles = after.title, now.title
            owner = Text(f"“{titles[0].of('zh')}·{titles[1].of('zh')}”", f"{titles[0].of('en')}, {titles[1].of('en')}")
            if kind.code != now.code:
                yield _change("code", where, _recoded(owner, kind.code, now.code), kind.code, now.code)
            yield from _traits(where, owner, old, new, kind_traits(old, kind), kind_traits(new, now))
        elif kind is not None:
            yield _change("ledger", where, _of(after, _said("取消种类", "kind removed: ", kind.title)), str(kind.title))
        elif now is not None:
            yield _change("ledger", where, _of(after, _said("新增种类", "kind added: ", now.title)), "", str(now.title))


_NONE: Final = Kind("", Text(), None, None)


def _paired(kinds: Mapping[str, Kind], now: Mapping[str, Kind]) -> Iterator[tuple[Kind | None, Kind | None]]:
    """Kinds by code; of the others those that differ in nothing but their code."""
    come = {replace(kind, code=""): kind for code, kind in now.items() if code not in kinds}
    for code, kind in kinds.items():
        yield kind, now.get(code) or come.pop(replace(kind, code=""), None)
    yield from ((None, kind) for kind in come.values())


def _recoded(owner: Text, old: str, new: str) -> Text:
    return Text(f"{owner.of('zh')}的代码由{old}改为{new}", f"{owner.of('en')}: code changed from {old} to {new}")


def _of(node: Node, said: Text) -> Text:
    return Text(f"“{node.title.of('zh')}”{said.zh}", f"{node.title.of('en')}: {said.en}")


# Grades and vetoes ---------------------------------------------------------------------------------------------------


def _grades(old: Scheme, new: Scheme) -> Iterator[Change]:
    before, after = ({grade.code: grade for grade in scheme.grades} for scheme in (old, new))
    for code in {**before, **after}:
        where = f"grades.{code}"
        if code not in after:
            yield _change("grade", where, _said("取消等次", "grade removed: ", before[code].title), str(before[code].title))
        elif code not in before:
            yield _change("grade", where, _said("新增等次", "grade added: ", after[code].title), "", str(after[code].title))
        else:
            title = after[code].title
            owner = Text(f"等次“{title.of('zh')}”", f"grade {title.of('en')}")
            yield from _traits(where, owner, old, new, grade_traits(old, before[code]), grade_traits(new, after[code]))
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        yield _change("grade", "grades", Text("等次的高低顺序有变化", "the order of the grades changed"))


def _vetoes(old: Scheme, new: Scheme) -> Iterator[Change]:
    before, after = ({to_text(veto.when): veto for veto in scheme.vetoes} for scheme in (old, new))
    for when in {**before, **after}:
        veto = after.get(when) or before[when]
        title = veto.title or Text(when, when)
        if when not in after:
            yield _change("veto", "veto", _said("取消一票否决", "veto removed: ", title), when)
        elif when not in before:
            best = new.grade_title(veto.at_best)
            said = _said("新增一票否决", "veto added: ", title)
            yield _change("veto", "veto", Text(f"{said.zh}，最高{best.of('zh')}", f"{said.en}, at best {best.of('en')}"), "", when)
        elif before[when].at_best != veto.at_best:
            x, y = old.grade_title(before[when].at_best), new.grade_title(veto.at_best)
            zh, en = (
                f"“{title.of('zh')}”最高由{x.of('zh')}改为{y.of('zh')}",
                f"{title.of('en')}: at best {y.of('en')} instead of {x.of('en')}",
            )
            yield _change("veto", "veto", Text(zh, en), str(x), str(y))


# Traits --------------------------------------------------------------------------------------------------------------


def _traits(where: str, owner: Text, old: Scheme, new: Scheme, before: Traits, after: Traits) -> Iterator[Change]:
    """Every trait that differs; parameters and steps of a rule that was replaced are told by the rule's sentence."""
    replaced = {prefix for prefix in ("", "entries.") if _rule_replaced(before, after, prefix)}
    for key in {**before, **after}:
        prefix = "entries." if key.startswith("entries.") else ""
        if prefix in replaced and key.removeprefix(prefix).startswith(("with.", "where.")):
            continue
        if key == f"{prefix}points" and prefix not in replaced:
            continue
        yield from _trait(where, owner, old, new, before.get(key), after.get(key))


def _rule_replaced(before: Traits, after: Traits, prefix: str) -> bool:
    """Whether another rule or formula took the place of the old one, beyond its parameters and steps."""
    x, y = before.get(f"{prefix}points"), after.get(f"{prefix}points")
    if x is None or y is None:
        return x is not y
    return x.bare != y.bare


def _trait(where: str, owner: Text, old: Scheme, new: Scheme, before: Trait | None, after: Trait | None) -> Iterator[Change]:
    trait = after or before
    assert trait is not None
    name = Text(f"{owner.of('zh')}{trait.name.zh}", f"{owner.of('en')}: {trait.name.en}") if owner else trait.name
    x, y = before.setting if before else None, after.setting if after else None
    if x is not None and y is not None and before and after and before.percent == after.percent:
        for turn in turns(old, new, x, y):
            said = turned(new, name, turn, percent=after.percent, neutral=trait.kind in ("full", "ledger"))
            yield _change(trait.kind, where, said, *("" if v is None else str(v) for v in (turn.old, turn.new)))
        return
    texts = [item.shown(scheme) if item else Text() for item, scheme in ((before, old), (after, new))]
    if texts[0] != texts[1]:
        yield _change(trait.kind, where, _replaced(name, *texts), str(texts[0]), str(texts[1]))


def _replaced(name: Text, old: Text, new: Text) -> Text:
    if not old:
        return Text(f"{name.zh}定为{new.of('zh')}", f"{name.en} set to {new.of('en')}")
    if not new:
        return Text(f"{name.zh}取消（原为{old.of('zh')}）", f"{name.en} dropped (was {old.of('en')})")
    zh, en = (language if old.of(language) != new.of(language) else other for language, other in (("zh", "en"), ("en", "zh")))
    return Text(f"{name.zh}由{old.of(zh)}改为{new.of(zh)}", f"{name.en} changed from {old.of(en)} to {new.of(en)}")
