"""What the text of a photo was found to be beside that of the approved page."""

from django.db import models


class Reading(models.Model):
    """One per `authorised` entry whose photo was read; append-only by trigger.

    `word`: same, differs, unreadable, failed or no_page (nothing to compare with). `differences`
    is a list of pairs: approved text, photo's text, each with the difference 〔marked〕.
    """

    entry_hash = models.BinaryField(max_length=32, unique=True)
    photo = models.BinaryField(max_length=32)
    page = models.BinaryField(max_length=32, null=True)
    word = models.CharField(max_length=12)
    differences = models.JSONField(default=list)
    read_ms = models.BigIntegerField()
