import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, refuse_insert

ENDED = "EXISTS (SELECT 1 FROM hotline_act a WHERE a.case_id = {} AND a.what = 'answered')"
EMPTY = "NOT EXISTS (SELECT 1 FROM hotline_message m WHERE m.case_id = {})"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("village", models.CharField(max_length=64)),
                ("concern", models.CharField(max_length=32)),
                ("accused", models.CharField(blank=True, max_length=32)),
                ("about", models.CharField(blank=True, max_length=100)),
                ("made_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("person", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=400)),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("made_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("made_by", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
                        to="hotline.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.BinaryField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identity",
                        to="hotline.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(max_length=4000)),
                ("made_ms", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="hotline.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opened",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("original", models.BigIntegerField(null=True)),
                ("made_ms", models.BigIntegerField()),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened",
                        to="hotline.opening",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("sealed", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("redrawn", models.BinaryField(null=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="originals",
                        to="hotline.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("granted", models.BooleanField()),
                ("made_ms", models.BigIntegerField()),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdict",
                        to="hotline.opening",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=16)),
                ("person", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(blank=True, max_length=4000)),
                ("days", models.IntegerField(default=0)),
                ("made_ms", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="hotline.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                (
                                    "accepted",
                                    "forwarded",
                                    "extended",
                                    "closed",
                                    "answered",
                                    "rated",
                                ),
                            )
                        ),
                        name="hotline_act_known",
                    )
                ],
            },
        ),
        append_only(
            "hotline_message",
            ("case_id", "person", "words", "made_ms"),
            unless=ENDED.format("OLD.case_id"),
        ),
        append_only(
            "hotline_original",
            ("message_id", "kind", "sealed", "sha256"),
            unless=ENDED.format(
                "(SELECT m.case_id FROM hotline_message m WHERE m.id = OLD.message_id)"
            ),
        ),
        append_only("hotline_identity", ("case_id", "sealed"), unless=ENDED.format("OLD.case_id")),
        append_only(
            "hotline_exclusion",
            ("case_id", "person", "made_by", "made_ms"),
            unless=EMPTY.format("OLD.case_id"),
        ),
        append_only(
            "hotline_act",
            ("case_id", "what", "person", "words", "days", "made_ms"),
            unless=EMPTY.format("OLD.case_id"),
        ),
        append_only(
            "hotline_case",
            ("code", "village", "concern", "accused", "about", "made_ms"),
            unless=EMPTY.format("OLD.id"),
        ),
        append_only("hotline_opening", ("number", "person", "reason", "code", "made_ms")),
        append_only("hotline_verdict", ("opening_id", "person", "granted", "made_ms")),
        append_only("hotline_opened", ("opening_id", "original", "made_ms")),
        refuse_insert(
            "hotline_verdict_second",
            "hotline_verdict",
            "EXISTS (SELECT 1 FROM hotline_opening o WHERE o.id = NEW.opening_id AND o.person = NEW.person)",
            "another person grants it",
        ),
        refuse_insert(
            "hotline_opened_granted",
            "hotline_opened",
            "NOT EXISTS (SELECT 1 FROM hotline_verdict v WHERE v.opening_id = NEW.opening_id AND v.granted)",
            "nobody granted it",
        ),
    ]
