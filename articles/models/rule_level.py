"""The levels of the rules of preflight, for each role, where the newsroom has changed them."""

from django.contrib.auth.models import Group
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from common.history import HistoryRow


class Level(models.TextChoices):
    """The effect of a finding when an article is published."""

    BLOCKS = "blocks", _("blocks")
    WARNS = "warns", _("warns")
    SHOWS = "shows", _("is shown")
    OFF = "off", _("off")


#: The levels from the mildest to the strictest.
BY_STRICTNESS = [Level.OFF, Level.SHOWS, Level.WARNS, Level.BLOCKS]


class RuleLevelQuerySet(models.QuerySet):
    def by_code(self, user, defaults) -> dict[str, Level]:
        """Return the level of each rule for `user`, given the `defaults` of the code by rule.

        Of several groups the mildest counts: somebody who is given one more role may do what that
        role may. A person without a group has the levels of everybody else.
        """
        groups = list(user.groups.values_list("pk", flat=True)) or [None]
        wanted = models.Q(group__in=groups) if groups != [None] else models.Q(group=None)
        stored = {(row.group_id, row.code): row.level for row in self.filter(wanted)}
        return {
            code: min(
                (Level(stored.get((group, code), default)) for group in groups),
                key=BY_STRICTNESS.index,
            )
            for code, default in defaults.items()
        }

    @transaction.atomic
    def set_level(self, code, group, level, *, default, by):
        """Set the level of a rule for `group` (None: everybody else), with a row of history."""
        row = self.select_for_update().filter(code=code, group=group).first()
        before = row.level if row else default
        if before == level:
            return
        if level == default:
            row.delete()
        else:
            self.update_or_create(code=code, group=group, defaults={"level": level})
        RuleLevelChange.objects.create(
            by=by, code=code, role=group.name if group else "", before=before, after=level
        )


class RuleLevel(models.Model):
    """The level of the rule `code` for a group, or for everybody else; only if not the default."""

    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("role")
    )
    code = models.CharField(_("rule"), max_length=40)
    level = models.CharField(_("level"), max_length=6, choices=Level.choices)

    objects = RuleLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of a rule")
        verbose_name_plural = _("levels of rules")
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(fields=["group", "code"], name="rule_level_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(group__isnull=True),
                name="rule_level_once_for_others",
            ),
        ]

    def __str__(self):
        return f"{self.code}: {self.get_level_display()}"


class RuleLevelChange(HistoryRow):
    """One change of a level: rows are appended, and outlive the group that they name."""

    code = models.CharField(_("rule"), max_length=40)
    role = models.CharField(_("role"), max_length=150, blank=True)
    before = models.CharField(_("before"), max_length=6, choices=Level.choices)
    after = models.CharField(_("after"), max_length=6, choices=Level.choices)

    class Meta(HistoryRow.Meta):
        abstract = False
        default_permissions = []
        ordering = ["-at", "-pk"]
