from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alarms", "0001_initial")]

    operations = [migrations.DeleteModel(name="Round")]
