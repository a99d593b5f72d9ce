"""The form that blocks the sender of a comment, and the warnings that it gives before."""

import ipaddress

from django import forms
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.networks import holds, networks_of

from ..models import SenderBlock
from ..models.sender_block import days_left
from ..moderation.related_comments import same_writer
from ..writing.provenance import client_address, trusted_proxies

#: The days that the form proposes.
USUAL_DAYS = 7
#: From so many names of comments on, an address is taken for one that several people share.
MANY_NAMES = 3
#: Networks inside of an organisation or a provider (RFC 1918, 3927, 4193, 4291 and 6598).
_INTERNAL = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
    *("fc00::/7", "fe80::/10"),
)
#: Networks with more addresses than a /24 (IPv4), or than a /64 (IPv6), are wide.
_NOT_WIDE = {4: 24, 6: 64}


def reason_against(comment) -> str:
    """Return why the sender of `comment` cannot be blocked, or an empty string."""
    if comment.is_newsroom:
        return _("It is the newsroom’s own answer.")
    if not settings.COMMENTS_KEEP_ADDRESS:
        return _("This site keeps no addresses, so a sender cannot be held or refused.")
    if comment.ip_address is None:
        return _("No address of its sender is kept, so there is nothing to block.")
    if not days_left(comment):
        return _("Its traces are deleted within a day, and a block is kept no longer.")
    return ""


class BlockForm(forms.Form):
    """The addresses to block, what happens to their comments, and for how long.

    A network that would stop the site's own people or very many readers is blocked only once the
    moderator has ticked that this is meant. One with a proxy of this site in it never is.
    """

    network = forms.ChoiceField(label=_("Addresses"), widget=forms.RadioSelect)
    action = forms.ChoiceField(
        label=_("Further comments from there"),
        choices=SenderBlock.Action.choices,
        initial=SenderBlock.Action.HOLD,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Note for colleagues"),
        max_length=200,
        required=False,
        help_text=_("Only moderators and editors see it, never the comment’s writer."),
    )
    is_meant = forms.BooleanField(label=_("Block them all the same"), required=False)

    def __init__(self, *args, comment, request, is_staff_network, **kwargs):
        super().__init__(*args, auto_id="block-%s", **kwargs)
        self.comment, self.request = comment, request
        self.is_staff_network = is_staff_network
        networks = networks_of(comment.ip_address)
        self.fields["network"].choices = [(name, _label(name)) for name in networks]
        self.initial.setdefault("network", networks[0])
        most = days_left(comment)
        self.fields["days"] = forms.IntegerField(
            label=_("For how many days"),
            min_value=1,
            max_value=most,
            initial=min(USUAL_DAYS, most),
            help_text=_("At most %d: the address is kept no longer than the comment’s traces.")
            % most,
        )
        self.order_fields(["network", "action", "days", "reason", "is_meant"])
        self.warnings = []

    @property
    def names(self) -> list[str]:
        """Return the different names of the sender's comments, while traces are kept."""
        comments = [self.comment, *same_writer(self.comment)]
        return list(dict.fromkeys(comment.name for comment in comments if comment.name))

    @property
    def is_shared(self) -> bool:
        return len(self.names) >= MANY_NAMES

    def clean_network(self):
        network = self.cleaned_data["network"]
        parsed = ipaddress.ip_network(network)
        proxies = trusted_proxies(self.request)
        # `::/64` holds `::1`, though most of its addresses are not loopback.
        if parsed.is_loopback or any(holds(network, server) for server in ("::1", *proxies)):
            raise forms.ValidationError(
                _("The server or a proxy of this site is there: all readers would be stopped.")
            )
        return network

    def clean(self):
        cleaned = super().clean()
        if network := cleaned.get("network"):
            self.warnings = list(self._warnings(ipaddress.ip_network(network)))
        if self.warnings and not cleaned.get("is_meant"):
            self.add_error("is_meant", _("Please tick this if you mean it."))
        return cleaned

    def _warnings(self, network):
        if holds(str(network), client_address(self.request)):
            yield _("Your own address is among them.")
        elif self.is_staff_network(self.comment.ip_address):
            yield _("Colleagues have logged in from there lately.")
        if any(holds(inner, str(network.network_address)) for inner in _INTERNAL):
            yield _(
                "These are addresses of an internal network. If the site sees all readers under "
                "them, all are stopped: see TRUSTED_PROXY_COUNT."
            )
        if network.prefixlen < _NOT_WIDE[network.version]:
            yield _("It is a wide network: many readers who have done nothing may be in it.")


def _label(name):
    """Return a network in words: the address alone, or the network with its size."""
    network = ipaddress.ip_network(name)
    if network.prefixlen == network.max_prefixlen:
        return _("this address: %s") % network.network_address
    is_wide = network.prefixlen < _NOT_WIDE[network.version]
    if network.version == 6 and not is_wide:
        return _("its household’s or server’s network: %s") % name
    if network.version == 4:
        count = network.num_addresses
        words = ngettext("%(count)s address", "%(count)s addresses", count)
    else:
        count = 2 ** (_NOT_WIDE[6] - network.prefixlen)
        words = ngettext("%(count)s household or server", "%(count)s households or servers", count)
    label = _("a wider network: %(network)s (%(size)s)")
    if not is_wide:
        label = _("its network: %(network)s (%(size)s)")
    size = words % {"count": number_format(count, force_grouping=True)}
    return label % {"network": name, "size": size}
