"""What lists of the admin may be asked for by their address."""


class OnlyListFilters:
    """A ModelAdmin that takes no lookup but those of its own filters.

    Django takes any lookup on any column of the model, so whoever may see the list could find out,
    letter by letter, what nobody is shown; or have the database match patterns for minutes.
    """

    LOOKUPS = ("exact", "id__exact", "isnull", "gte", "lt")

    def lookup_allowed(self, lookup, value, request):
        allowed = set()
        for name in [*self.get_list_filter(request), self.date_hierarchy]:
            if isinstance(name, str):
                allowed |= {f"{name}__{last}" for last in self.LOOKUPS}
            elif name:
                allowed.add(name.parameter_name)
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        columns = {field.name for field in self.opts.get_fields()}
        # A name that means nothing is Django's to explain.
        return lookup in allowed or ("__" not in lookup and lookup not in columns)
