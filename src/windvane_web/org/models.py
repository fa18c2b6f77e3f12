"""Units, classes, cycles, people and their roles."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from windvane.text import Text


class Titled(models.Model):
    """Something with a title in Chinese and English."""

    zh = models.CharField(_("中文名称"), max_length=200)
    en = models.CharField(_("英文名称"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> Text:
        return Text(self.zh, self.en)

    def __str__(self) -> str:
        return self.title.of("en" if (get_language() or "").startswith("en") else "zh")


class Unit(Titled):
    """A body that is assessed, or that takes part in assessing."""

    code = models.SlugField(_("代码"), max_length=80, unique=True)
    order = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "code"]


class Succession(models.Model):
    """Units change: ``old`` was merged into, split into or renamed ``new`` from a day on."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("合并")
        SPLIT = "split", _("分立")
        RENAMED = "renamed", _("更名")

    old = models.ForeignKey(Unit, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors")
    kind = models.CharField(max_length=10, choices=Kind)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="org_succession_once"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="org_succession_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Cycle(Titled):
    """One year of assessment."""

    class Phase(models.TextChoices):
        DRAFT = "draft", _("方案制定")
        TRACKING = "tracking", _("过程跟踪")
        SCORING = "scoring", _("计分")
        RESULTS = "results", _("结果与整改")
        CLOSED = "closed", _("归档")

    code = models.SlugField(_("年度"), max_length=20, unique=True)
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"))
    phase = models.CharField(_("阶段"), max_length=10, choices=Phase, default=Phase.DRAFT)
    simulated = models.BooleanField(_("模拟数据"), default=False)
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")

    class Meta:
        ordering = ["-start"]
        constraints = [models.CheckConstraint(condition=Q(start__lt=models.F("end")), name="org_cycle_starts_before_it_ends")]


class UnitClass(Titled):
    """A class of units in one cycle: ranks never cross it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="classes")
    code = models.SlugField(_("代码"), max_length=40)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="org_class_once_a_cycle")]


class Membership(models.Model):
    """A unit in a cycle: its class, its official place, whether it competes (else 单列)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    cls = models.ForeignKey(UnitClass, models.PROTECT, related_name="memberships", verbose_name=_("类别"))
    order = models.PositiveIntegerField(_("排序"), default=0)
    competes = models.BooleanField(_("参加排名"), default=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="org_unit_once_a_cycle")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.cls}"


class People(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who works here. There is no superuser: what one may do comes from roles alone."""

    username = models.CharField(_("用户名"), max_length=80, unique=True)
    name = models.CharField(_("姓名或岗位"), max_length=100)
    email = models.EmailField(_("邮箱"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("单位"))
    language = models.CharField(_("语言"), max_length=5, choices=[("zh", "中文"), ("en", "English")], default="zh")
    is_active = models.BooleanField(_("启用"), default=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def has(self, *kinds: str) -> bool:
        """Whether the person holds one of these roles, anywhere."""
        return any(role.kind in kinds for role in self.role_list)

    @property
    def role_list(self) -> list[Role]:
        """The person's roles, asked of the database once per loaded user."""
        if not hasattr(self, "_role_list"):
            self._role_list = list(self.roles.select_related("unit"))
        return self._role_list


class Role(models.Model):
    """What a person may be, for all or one unit, for all or one component of the scheme, for all or one cycle."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("考核办")
        REPORTER = "reporter", _("单位联络员")
        UNIT_LEADER = "unit_leader", _("单位负责人")
        VERIFIER = "verifier", _("核验人")
        PROVIDER = "provider", _("数据提供单位")
        JUDGE = "judge", _("评委")
        SURVEY = "survey", _("调查组织")
        REVIEWER = "reviewer", _("复核人")
        COMMITTEE = "committee", _("考核委员会")
        LEADER = "leader", _("领导")
        AUDITOR = "auditor", _("审计")
        SYSTEM = "system", _("系统管理员")
        SECURITY = "security", _("安全管理员")
        AUDIT = "audit", _("审计管理员")

    ADMINISTRATORS = (Kind.SYSTEM, Kind.SECURITY, Kind.AUDIT)
    OF_A_UNIT = (Kind.REPORTER, Kind.UNIT_LEADER)

    user = models.ForeignKey(User, models.CASCADE, related_name="roles", verbose_name=_("人员"))
    kind = models.CharField(_("角色"), max_length=12, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("单位"))
    component = models.CharField(_("指标"), max_length=80, blank=True)
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("年度"))

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "unit", "component", "cycle"], name="org_role_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["user"], condition=Q(kind__in=["system", "security", "audit"]), name="org_one_administrator_role_a_person"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["reporter", "unit_leader"]) | Q(unit__isnull=False), name="org_unit_roles_name_their_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.label}"

    @property
    def label(self) -> str:
        """The role with its unit, component and cycle."""
        where = " · ".join(str(x) for x in (self.unit, self.component, self.cycle) if x)
        return f"{self.get_kind_display()}" + (f"（{where}）" if where else "")
