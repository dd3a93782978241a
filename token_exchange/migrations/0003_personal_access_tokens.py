"""Personal access tokens."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
import token_exchange.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('token_exchange', '0002_trusted_issuers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonalAccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('fingerprint', models.CharField(editable=False, max_length=64, verbose_name='fingerprint')),
                ('scopes', token_exchange.models.fields.LinesField(default=list, verbose_name='scopes')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('expires', models.DateTimeField(verbose_name='expires')),
                ('expiry_announced', models.DateTimeField(editable=False, null=True, verbose_name='owner told of its end')),
                ('revoked', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('last_used', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('last_address', models.GenericIPAddressField(editable=False, null=True, verbose_name='last used from')),
                ('addresses', models.JSONField(default=list, editable=False, verbose_name='used from')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('targets', models.ManyToManyField(related_name='+', to='token_exchange.target', verbose_name='targets')),
            ],
            options={
                'verbose_name': 'personal access token',
                'verbose_name_plural': 'personal access tokens',
                'ordering': ['-pk'],
                'permissions': [('revoke_personalaccesstoken', 'Can revoke personal access tokens and all derived from them')],
                'indexes': [models.Index(fields=['expires'], name='token_exchange_personal_expiry')],
                'constraints': [models.UniqueConstraint(fields=('fingerprint',), name='token_exchange_personal_fingerprint')],
            },
        ),
    ]
