"""Trusted issuers, linked accounts and used tokens."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
import token_exchange.models.conditions_field
import token_exchange.models.fields
import token_exchange.models.trusted_issuer
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('token_exchange', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="exchangerecord",
            index=models.Index(fields=["subject_name"], name="token_exchange_record_name"),
        ),
        migrations.AddField(
            model_name='exchangedtoken',
            name='claims',
            field=models.JSONField(default=dict, verbose_name='copied claims'),
        ),
        migrations.AddField(
            model_name='exchangepolicy',
            name='conditions',
            field=token_exchange.models.conditions_field.ConditionsField(blank=True, default=list, help_text='One a line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, is_true. A claim within another is written /outer/inner.', verbose_name='claim conditions'),
        ),
        migrations.AddField(
            model_name='exchangepolicy',
            name='takes_own_tokens',
            field=models.BooleanField(default=True, verbose_name="this server's own tokens"),
        ),
        migrations.AddField(
            model_name='exchangerecord',
            name='trusted_issuer',
            field=models.CharField(blank=True, max_length=200, verbose_name='trusted issuer'),
        ),
        migrations.AlterField(
            model_name='exchangedtoken',
            name='subject',
            field=models.CharField(max_length=512, verbose_name='subject'),
        ),
        migrations.AlterField(
            model_name='exchangedtoken',
            name='subject_fingerprint',
            field=models.CharField(blank=True, max_length=64, verbose_name='subject token'),
        ),
        migrations.AlterField(
            model_name='exchangepolicy',
            name='subject_kind',
            field=models.CharField(choices=[('any_user', 'Any user'), ('listed_users', 'The users and groups listed'), ('clients', 'Clients (tokens without a user)'), ('workloads', 'Workloads (outside tokens without a user)'), ('anyone', 'Anyone (deny policies only)')], default='any_user', max_length=20, verbose_name='subjects'),
        ),
        migrations.AlterField(
            model_name='exchangerecord',
            name='actor',
            field=models.CharField(blank=True, max_length=512, verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='exchangerecord',
            name='subject',
            field=models.CharField(blank=True, max_length=512, verbose_name='subject'),
        ),
        migrations.CreateModel(
            name='TrustedIssuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('issuer', models.CharField(help_text='Exactly as in <code>iss</code>: a slash makes another issuer.', max_length=200, verbose_name='issuer')),
                ('enabled', models.BooleanField(default=True, help_text='Disabling stops every token derived from this issuer at once.', verbose_name='enabled')),
                ('token_types', token_exchange.models.fields.ChoicesField(default=token_exchange.models.trusted_issuer.jwt_only, verbose_name='token types')),
                ('audiences', token_exchange.models.fields.LinesField(default=list, help_text='One a line. A token counts only if its <code>aud</code> names one of these.', verbose_name='audiences')),
                ('key_source', models.CharField(choices=[('discovery', 'Keys found by discovery (OpenID Connect or RFC 8414)'), ('jwks_url', 'Keys at a JWKS URL'), ('pasted', 'Keys pasted below (JWKS or PEM)'), ('introspection', 'Opaque tokens, asked about at its introspection endpoint (RFC 7662)')], default='discovery', max_length=20, verbose_name='verification')),
                ('algorithms', token_exchange.models.fields.ChoicesField(default=token_exchange.models.trusted_issuer.rs256_only, verbose_name='algorithms')),
                ('jwks_url', models.CharField(blank=True, help_text='Where its keys are, unless discovery tells.', max_length=255, verbose_name='JWKS URL')),
                ('pasted_keys', models.TextField(blank=True, help_text='Public keys only: a JWKS, or PEM blocks.', verbose_name='pasted keys')),
                ('allows_missing_key_id', models.BooleanField(default=False, help_text='Only where the key set holds a single key.', verbose_name='tokens without key id')),
                ('introspection_url', models.CharField(blank=True, max_length=255, verbose_name='introspection URL')),
                ('credentials', models.CharField(blank=True, help_text='A name in TOKEN_EXCHANGE["CREDENTIALS"] of your settings; no secret is kept in the database.', max_length=100, verbose_name='credentials')),
                ('allows_private_network', models.BooleanField(default=False, help_text='Its URLs may lead to private or loopback addresses.', verbose_name='private network')),
                ('ca_bundle', models.TextField(blank=True, help_text="PEM; empty: the system's.", verbose_name='certificate authorities')),
                ('max_age', models.PositiveIntegerField(default=3600, help_text='Seconds since the token was issued.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(86400)], verbose_name='oldest age')),
                ('single_use', models.BooleanField(default=False, help_text='A token is taken once, told by its <code>jti</code>.', verbose_name='single use')),
                ('conditions', token_exchange.models.conditions_field.ConditionsField(blank=True, default=list, help_text='One a line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, is_true. A claim within another is written /outer/inner.', verbose_name='claim conditions')),
                ('mutable_claims_accepted', models.BooleanField(default=False, help_text='A condition on a name or address that can change hands, where an immutable number exists.', verbose_name='names may be reused by others')),
                ('subject_claim', models.CharField(default='sub', help_text='What never changes hands: <code>sub</code>, or <code>oid</code> at Microsoft Entra.', max_length=100, verbose_name='subject claim')),
                ('subject_mapping', models.CharField(choices=[('linked_account', 'The user whose account was linked to this subject'), ('username', 'The user of the name in a claim'), ('verified_email', 'The one user with the verified e-mail address in a claim'), ('create', 'A linked user, created on first sight'), ('workload', 'No user: a workload, known by issuer and subject'), ('hook', "What this site's own mapping says")], default='linked_account', max_length=20, verbose_name='subject becomes')),
                ('mapping_claim', models.CharField(blank=True, help_text='If left out: <code>preferred_username</code>, or <code>email</code>.', max_length=100, verbose_name='claim with name or address')),
                ('allauth_provider', models.CharField(blank=True, help_text='The id under which django-allauth keeps the accounts of this issuer. Who has one counts as linked: its <code>uid</code> is compared with the subject claim.', max_length=200, null=True, unique=True, verbose_name='provider in django-allauth')),
                ('allows_privileged', models.BooleanField(default=False, help_text='Dangerous; only a superuser can allow it.', verbose_name='staff and superusers too')),
                ('created_attributes', models.JSONField(blank=True, default=dict, help_text='User attribute to claim, such as {"email": "email"}.', verbose_name='attributes of created users')),
                ('scope_claim', models.CharField(default='scope', help_text='<code>scp</code> at Microsoft Entra and Okta.', max_length=100, verbose_name='scope claim')),
                ('scopes', models.JSONField(blank=True, default=dict, help_text='Outside scope to a list of own scopes, such as {"orders": ["orders:read"]}; what is not listed is dropped. "*" stands for what every token brings.', verbose_name='scopes')),
                ('copied_claims', token_exchange.models.fields.LinesField(blank=True, default=list, help_text='Claims shown again in introspection of issued tokens, one a line.', verbose_name='copied claims')),
                ('created_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='group of created users')),
            ],
            options={
                'verbose_name': 'trusted issuer',
                'verbose_name_plural': 'trusted issuers',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='LinkedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=255, verbose_name='subject')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='linked')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('trusted_issuer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accounts', to='token_exchange.trustedissuer', verbose_name='trusted issuer')),
            ],
            options={
                'verbose_name': 'linked account',
                'verbose_name_plural': 'linked accounts',
            },
        ),
        migrations.CreateModel(
            name='IssuerHealth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fetched', models.DateTimeField(null=True, verbose_name='last fetch')),
                ('outcome', models.CharField(blank=True, max_length=64, verbose_name='outcome')),
                ('keys', models.JSONField(default=list, verbose_name='keys')),
                ('last_used', models.DateTimeField(null=True, verbose_name='last used')),
                ('trusted_issuer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='health', to='token_exchange.trustedissuer', verbose_name='trusted issuer')),
            ],
            options={
                'verbose_name': 'issuer health',
                'verbose_name_plural': 'issuer health',
            },
        ),
        migrations.AddField(
            model_name='exchangedtoken',
            name='trusted_issuer',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='token_exchange.trustedissuer', verbose_name='trusted issuer'),
        ),
        migrations.AddField(
            model_name='exchangepolicy',
            name='trusted_issuers',
            field=models.ManyToManyField(blank=True, help_text='Outside issuers whose tokens the client may trade.', related_name='policies', to='token_exchange.trustedissuer', verbose_name='trusted issuers'),
        ),
        migrations.CreateModel(
            name='UsedToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('expires', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['expires'], name='token_exchange_used_expiry')],
                'constraints': [models.UniqueConstraint(fields=('fingerprint',), name='token_exchange_used_token')],
            },
        ),
        migrations.AddConstraint(
            model_name='trustedissuer',
            constraint=models.UniqueConstraint(fields=('issuer',), name='token_exchange_issuer'),
        ),
        migrations.AddConstraint(
            model_name='trustedissuer',
            constraint=models.UniqueConstraint(fields=('name',), name='token_exchange_issuer_name'),
        ),
        migrations.AddConstraint(
            model_name='linkedaccount',
            constraint=models.UniqueConstraint(fields=('trusted_issuer', 'subject'), name='token_exchange_linked_subject'),
        ),
    ]
