"""The security administrator opens accounts and grants roles, holds no other role, and never acts on the own account."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.windvane_web.conftest import Cast

from windvane_web.core.action import Refused
from windvane_web.core.models import Entry
from windvane_web.org import actions, tables
from windvane_web.org.actions import Secret
from windvane_web.org.models import Role, Unit, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_add_a_person(cast: Cast) -> None:
    me = cast("security")

    person = actions.add_person(me, me, username="new", name="新人", unit=None, email="", password=Secret("long-enough-1"))

    assert person.check_password("long-enough-1")
    line = Entry.objects.get()
    assert (line.verb, line.subject_label, line.content["password"]) == ("person.add", "新人", "•••")


@pytest.mark.parametrize("who", ["office", "reporter", "auditor", "governor"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    me, other = cast(who), cast("stranger")

    for deed in (
        lambda: actions.add_person(me, me, username="new", name="新人", unit=None, email="", password=Secret("x")),
        lambda: actions.grant(me, other, kind="office"),
        lambda: actions.revoke(me, other.roles.get()),
        lambda: actions.disable(me, other, reason="x"),
        lambda: actions.set_password(me, other, password=Secret("x")),
        lambda: actions.edit_person(me, other, name="x", unit=None, email=""),
        lambda: actions.import_people(me, me, people=[]),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "stranger"
    assert Entry.objects.count() == 0


def test_not_even_the_security_administrator_on_the_own_account(cast: Cast) -> None:
    me = cast("security")

    for deed in (
        lambda: actions.grant(me, me, kind="office"),
        lambda: actions.revoke(me, me.roles.get()),
        lambda: actions.disable(me, me, reason=""),
    ):
        with pytest.raises(Refused):
            deed()


def test_grant_and_revoke(cast: Cast) -> None:
    me, person = cast("security"), cast("reporter")

    role = actions.grant(me, person, kind="verifier", component="law")
    assert cast("reporter").has("verifier")
    actions.revoke(me, role)

    assert not cast("reporter").has("verifier")
    assert [(e.verb, e.subject_label) for e in Entry.objects.all()] == [
        ("role.grant", "reporter: 核验人（law）"),
        ("role.revoke", "reporter: 核验人（law）"),
    ]


@pytest.mark.parametrize(("person", "kind"), [("reporter", "security"), ("security", "office"), ("office", "audit")])
def test_administrators_hold_no_other_role(cast: Cast, person: str, kind: str) -> None:
    second = User.objects.create(username="second", name="second")
    Role.objects.create(user=second, kind="security")

    with pytest.raises(ValidationError, match="各自独立"):
        actions.grant(second, cast(person), kind=kind)


def test_a_role_of_a_unit_names_it_and_is_given_once(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="必须指定单位"):
        actions.grant(cast("security"), cast("office"), kind="reporter")
    with pytest.raises(ValidationError, match="已经有"):
        actions.grant(cast("security"), cast("office"), kind="office")


def test_disabled_people_get_no_roles_and_are_enabled_again(cast: Cast) -> None:
    me = cast("security")
    actions.disable(me, cast("reporter"), reason="调离")

    for deed in (lambda: actions.grant(me, cast("reporter"), kind="office"), lambda: actions.disable(me, cast("reporter"), reason="")):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "state"
    assert actions.enable(me, cast("reporter"), reason="回来").is_active
    assert [e.content for e in Entry.objects.all()] == [{"reason": "调离"}, {"reason": "回来"}]


def test_a_new_password_ends_old_sign_ins(client: Client, cast: Cast) -> None:
    person = cast("reporter")
    client.force_login(person, backend=BACKEND)
    assert client.get("/").status_code == 200

    actions.set_password(cast("security"), person, password=Secret("long-enough-2"))

    assert client.get("/").status_code == 302
    assert "long-enough-2" not in str(Entry.objects.get().content)


def people(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", text.encode())


def test_people_from_a_table(client: Client, cast: Cast) -> None:
    client.force_login(cast("security"), backend=BACKEND)

    answer = client.post("/org/people/import", {"file": people("用户名,姓名,单位,角色\nzhang,张三,省水利厅,单位联络员\nli,李四,,核验人\n")})

    zhang = User.objects.get(username="zhang")
    assert [(r.kind, r.unit) for r in zhang.role_list] == [("reporter", Unit.objects.get(code="water"))]
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "已导入 2 人" in answer.content.decode()
    assert [e.verb for e in Entry.objects.all()] == ["people.import", "person.add", "role.grant", "person.add", "role.grant"]


def test_every_mistake_and_nothing_imported(client: Client, cast: Cast) -> None:
    client.force_login(cast("security"), backend=BACKEND)
    file = people("用户名,姓名,单位,角色\nnew,新人,,核验人\noffice,重名,,\nx,,不存在,皇帝\ny,无单位,,单位联络员\n")

    page = client.post("/org/people/import", {"file": file}).content.decode()

    assert "5 处错误，没有导入任何内容" in page
    assert all(words in page for words in ("用户名“office”已经有了", "没有写姓名", "没有单位“不存在”", "没有角色“皇帝”", "必须指定单位"))
    assert not User.objects.filter(username="new").exists()


def test_the_empty_form_is_read_back_empty(cast: Cast) -> None:
    found = tables.read_people(SimpleUploadedFile("people.xlsx", tables.people_workbook()))

    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["people", "people?q=water&role=reporter", "people/add", "people/import", "people/form"])
def test_pages_of_the_security_administrator(client: Client, cast: Cast, path: str, language: str) -> None:
    client.force_login(cast("security"), backend=BACKEND)
    client.cookies["django_language"] = language

    assert client.get(f"/org/{path}").status_code == 200


def test_a_person_s_page_from_granting_to_disabling(client: Client, cast: Cast) -> None:
    client.force_login(cast("security"), backend=BACKEND)
    person = cast("governor")
    place = f"/org/people/{person.pk}"

    client.post(f"{place}/grant", {"kind": "committee"})
    client.post(f"{place}/edit", {"name": "省领导"})
    client.post(f"{place}/password", {"password": "long-enough-3"})
    client.post(f"/org/roles/{person.roles.get(kind='leader').pk}/revoke")
    client.post(f"{place}/switch", {"reason": "调离"})

    page = client.get(place).content.decode()
    assert "省领导" in page and "已停用" in page
    assert [e.verb for e in Entry.objects.all()] == ["role.grant", "person.edit", "person.password", "role.revoke", "person.disable"]


def test_a_weak_password_is_refused_beside_the_field(client: Client, cast: Cast) -> None:
    client.force_login(cast("security"), backend=BACKEND)

    page = client.post("/org/people/add", {"username": "new", "name": "新人", "password": "123"}).content.decode()

    assert "errorlist" in page
    assert not User.objects.filter(username="new").exists()


def test_the_auditor_reads_and_changes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast("auditor"), backend=BACKEND)
    person = cast("reporter")

    assert client.get("/org/people").status_code == 200
    assert "授予" not in client.get(f"/org/people/{person.pk}").content.decode().split("<main")[1].split("</main")[0]
    assert client.post(f"/org/people/{person.pk}/grant", {"kind": "office"}).status_code == 403


def test_the_list_costs_the_same_for_three_and_all(
    client: Client, cast: Cast, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client.force_login(cast("auditor"), backend=BACKEND)

    with django_assert_max_num_queries(22):  # type: ignore[operator]  # a fixture that is a context manager
        client.get("/org/people")
