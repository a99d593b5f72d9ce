"""The keys of sections, topics and authors that were merged into others."""

from django.db import models

from .outdated_entries import BATCH, OutdatedEntries, OutdatedQuerySet


class FormerKeyQuerySet(OutdatedQuerySet):
    def add(self, kept, other, *, outdated):
        """Note that `other` is merged into `kept`: whatever leads to the former leads there.

        No chain comes to be: what was merged into `other` before leads to `kept` at once.
        `outdated` are the keys of the editions that readers still find by the name of `other`.
        """
        name = kept._meta.model_name
        self.filter(model=name, object_id=other.pk).update(object_id=kept.pk)
        # Each row that is written anew after each batch has one batch.
        OutdatedEntries.objects.add(outdated[BATCH:])
        return self.create(model=name, key=other.pk, object_id=kept.pk, outdated=outdated[:BATCH])

    def followed(self, keys_by_model) -> dict:
        """Return the keys that rows have now, by (model, former key); others are not in it."""
        conditions = [
            models.Q(model=model._meta.model_name, key__in=keys)
            for model, keys in keys_by_model.items()
            if keys
        ]
        if not conditions:
            return {}
        models_by_name = {model._meta.model_name: model for model in keys_by_model}
        rows = self.filter(models.Q(*conditions, _connector=models.Q.OR))
        rows = rows.values_list("model", "key", "object_id")
        return {(models_by_name[name], key): now for name, key, now in rows}


class FormerKey(models.Model):
    """The key of a row that was merged into another, and the key of that one.

    Revisions, unsaved texts and open forms name rows by their keys, and go on naming the former
    one: whoever reads such a key asks this table. See `articles.publishing.absorption`.
    """

    model = models.CharField(max_length=12)
    key = models.PositiveBigIntegerField()
    object_id = models.PositiveBigIntegerField()
    since = models.DateTimeField(auto_now_add=True)
    #: The keys of the editions whose words the worker is still to write into the readers' search.
    outdated = models.JSONField(default=list)

    objects = FormerKeyQuerySet.as_manager()

    class Meta:
        # Only code reads and writes these rows, so no user needs a permission.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["model", "key"], name="former_key_leads_to_one")
        ]
        indexes = [models.Index(fields=["model", "object_id"], name="former_key_by_object")]

    def __str__(self):
        return f"{self.model} {self.key}"

    def settle(self):
        """Store which editions are left."""
        self.save(update_fields=["outdated"])
