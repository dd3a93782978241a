"""Personal access tokens know the app that made them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from oauth2_provider.settings import oauth2_settings


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(oauth2_settings.APPLICATION_MODEL),
        ('token_exchange', '0008_named_parties'),
    ]

    operations = [
        migrations.AddField(
            model_name='personalaccesstoken',
            name='made_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='made by'),
        ),
    ]
