"""Blocks: addresses and networks whose comments are held or refused for some days."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.compiled_queries import compiled
from common.keyed_hashes import keyed_hash
from common.networks import networks_of
from common.permissions import require_permission
from common.search.updates import IndexedQuerySet
from common.text_fields import VisibleLineField

from ..moderation import states
from .event import CommentEvent

#: The longest block, in days.
MOST_DAYS = 90

_HASHED = "hash:"


def longest_block() -> int:
    """Return the longest block on this site, in days: no address is kept longer than its trace."""
    return min(MOST_DAYS, settings.COMMENTS_TRACE_DAYS_AT_MOST)


def days_left(comment) -> int:
    """Return for how many days the sender of `comment` may be blocked, counted from now.

    A block ends before the longest retention of the comment's trace does, since it keeps the
    address too. The result is 0 on a site that keeps no addresses, and without a trace.
    """
    if not settings.COMMENTS_KEEP_ADDRESS or comment.ip_address is None:
        return 0
    kept_until = comment.submitted_at + timedelta(days=settings.COMMENTS_TRACE_DAYS_AT_MOST)
    return max(0, min(longest_block(), (kept_until - timezone.now()).days))


class BlockChanged(Exception):
    """The block is no longer what the moderator saw: a colleague has placed it meanwhile."""


class SenderBlockQuerySet(IndexedQuerySet):
    def in_force(self, at=None):
        """Return the blocks that are in force at the instant `at` (default: now)."""
        return self.filter(until__gt=at or timezone.now())

    def expired(self, now=None):
        """Return the blocks that must be deleted: they are over, or the site keeps no addresses."""
        if not settings.COMMENTS_KEEP_ADDRESS:
            return self.all()
        now = now or timezone.now()
        return self.filter(
            Q(until__lte=now) | Q(placed_at__lte=now - timedelta(days=longest_block()))
        )

    def covering(self, *addresses) -> list:
        """Return the blocks in force that cover one of `addresses`, those that refuse first.

        Each network that may hold an address is looked up by its name, so one query with an index
        is enough, for any number of blocks. None as an address is covered by no block.
        """
        names = [n for address in addresses if address for n in networks_of(address)]
        if not names or not settings.COMMENTS_KEEP_ADDRESS:
            return []
        names = [*names, *map(_hashed, names)]
        return _of_networks(timezone.now(), *names)

    def covering_first(self, *addresses):
        """Return the first of the blocks that cover one of `addresses`, or None."""
        return next(iter(self.covering(*addresses)), None)

    @transaction.atomic
    def place(self, comment, network, action, *, days, by, reason="", seen_at=None):
        """Hold or refuse further comments from `network` for `days` days; return the block.

        `network` is one of the networks (`networks_of`) of the comment's sender. A block of the
        same network is replaced. A block that comes twice, by a double click, is stored once. The
        history of the comment says so, without the address.

        Raises PermissionDenied if `by` may not moderate, ValueError if `network` is of another
        sender or `days` are more than the trace is kept (`days_left`), and BlockChanged if a
        colleague has blocked the same network since `seen_at`.
        """
        require_permission(by, states.MODERATE)
        # First the comment, as its erasure does, which deletes the address.
        comment = comment.lock()
        if not 1 <= days <= days_left(comment) or network not in networks_of(comment.ip_address):
            raise ValueError("No such block.")
        length = timedelta(days=days)
        if seen_at and (newer := self.filter(network=network, placed_at__gt=seen_at).first()):
            if newer.placed_by != by:
                raise BlockChanged
            stored = (newer.action, newer.reason, newer.until - newer.placed_at, newer.comment)
            if stored == (action, reason, length, comment):
                return newer
        now = timezone.now()
        # The block of this network may be the one whose address was erased.
        self.filter(network=_hashed(network)).delete()
        block, _created = self.update_or_create(
            network=network,
            defaults={
                "action": action,
                "reason": reason,
                "until": now + length,
                "placed_at": now,
                "placed_by": by,
                "comment": comment,
                "stopped": 0,
            },
        )
        CommentEvent.objects.log(
            comment, CommentEvent.Kind.BLOCKED, by=by, target=action, note=reason
        )
        return block

    def conceal(self, comment):
        """Replace the address of the comment's sender in these blocks by a keyed hash.

        For the erasure of `comment`, before its trace is deleted. The blocks stay in force until
        their end, or somebody who is blocked would only have to erase a comment.
        """
        of_sender = Q(comment=comment.pk)
        if comment.ip_address:
            of_sender |= Q(network__in=networks_of(comment.ip_address)[:1])
        for block in self.filter(of_sender).exclude(network__startswith=_HASHED):
            self.filter(pk=block.pk).update(network=_hashed(block.network), reason="", comment=None)


class SenderBlock(models.Model):
    """An address or a network whose comments are held or refused until a moment.

    A moderator places it from a comment. It is deleted when it is over (`retention.purge`).
    """

    class Action(models.TextChoices):
        HOLD = "hold", _("hold for a second look")
        REFUSE = "refuse", _("refuse, and tell its writer so")

    #: In CIDR notation; or a keyed hash of that, once the comment is erased.
    network = models.CharField(_("address or network"), max_length=80, unique=True)
    action = models.CharField(_("what happens to its comments"), max_length=6, choices=Action)
    reason = VisibleLineField(_("note for colleagues"), max_length=200, blank=True)
    until = models.DateTimeField(_("until"), db_index=True)
    placed_at = models.DateTimeField(_("since"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("placed by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    comment = models.ForeignKey(
        "comments.Comment",
        verbose_name=_("from the comment"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="blocks",
    )
    stopped = models.PositiveIntegerField(_("held or refused since"), default=0)

    objects = SenderBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        ordering = ["-placed_at", "-pk"]

    def __str__(self):
        return str(_("address erased")) if self.is_concealed else self.network_shown

    @property
    def is_concealed(self) -> bool:
        return self.network.startswith(_HASHED)

    @property
    def network_shown(self) -> str:
        """Return the network, or the address alone if the network has only that one."""
        return self.network.removesuffix("/32").removesuffix("/128")

    @property
    def refuses(self) -> bool:
        return self.action == self.Action.REFUSE

    def count_stopped(self):
        """Add one to the number of comments that were held or refused."""
        SenderBlock.objects.filter(pk=self.pk).update(stopped=F("stopped") + 1)

    @transaction.atomic
    def lift(self, *, by, seen_at=None):
        """End the block now.

        Raises PermissionDenied if `by` may not moderate, and BlockChanged if it was placed anew
        since `seen_at`.
        """
        require_permission(by, states.MODERATE)
        if self.comment:
            self.comment.lock()
        block = SenderBlock.objects.filter(pk=self.pk)
        if seen_at and block.filter(placed_at__gt=seen_at).exists():
            raise BlockChanged
        deleted, _by_model = block.delete()
        if deleted and self.comment:
            CommentEvent.objects.log(self.comment, CommentEvent.Kind.LIFTED, by=by)


@compiled
def _of_networks(at, *names):
    blocks = SenderBlock.objects.in_force(at).filter(network__in=names)
    return blocks.order_by("-action", "-until")


def _hashed(network):
    return _HASHED + keyed_hash("comments.block", network)
