"""The models of the first release."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
import token_exchange.models.exchange_policy
import token_exchange.models.fields
from django.conf import settings
from django.db import migrations, models
from oauth2_provider.settings import oauth2_settings


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(oauth2_settings.APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfigurationVersion',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('version', models.PositiveBigIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='token_exchange_one_configuration_version')],
            },
        ),
        migrations.CreateModel(
            name='ExchangeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(verbose_name='time')),
                ('request_id', models.CharField(max_length=32, verbose_name='request id')),
                ('outcome', models.CharField(choices=[('granted', 'Granted'), ('refused', 'Refused'), ('revoked', 'Revoked')], max_length=8, verbose_name='outcome')),
                ('error', models.CharField(blank=True, max_length=32, verbose_name='error')),
                ('reason', models.CharField(blank=True, max_length=64, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=64, verbose_name='detail')),
                ('severity', models.CharField(choices=[('routine', 'Routine'), ('high', 'High')], default='routine', max_length=8, verbose_name='severity')),
                ('client_id', models.CharField(blank=True, max_length=255, verbose_name='client')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='address')),
                ('subject_token_type', models.CharField(blank=True, max_length=255, verbose_name='subject token type')),
                ('actor_token_type', models.CharField(blank=True, max_length=255, verbose_name='actor token type')),
                ('requested_token_type', models.CharField(blank=True, max_length=255, verbose_name='requested token type')),
                ('subject', models.CharField(blank=True, max_length=255, verbose_name='subject')),
                ('subject_name', models.CharField(blank=True, max_length=255, verbose_name="subject's name")),
                ('actor', models.CharField(blank=True, max_length=255, verbose_name='actor')),
                ('act', models.JSONField(null=True, verbose_name='actors')),
                ('way', models.CharField(blank=True, max_length=20, verbose_name='way')),
                ('requested_scope', models.TextField(blank=True, verbose_name='requested scope')),
                ('granted_scope', models.TextField(blank=True, verbose_name='granted scope')),
                ('audience', models.JSONField(default=list, verbose_name='audience')),
                ('resource', models.JSONField(default=list, verbose_name='resource')),
                ('policy_key', models.BigIntegerField(null=True, verbose_name='policy number')),
                ('policy_name', models.CharField(blank=True, max_length=100, verbose_name='policy')),
                ('lifetime', models.PositiveIntegerField(null=True, verbose_name='lifetime')),
                ('issued_fingerprint', models.CharField(blank=True, max_length=64, verbose_name='issued token')),
                ('subject_fingerprint', models.CharField(blank=True, max_length=64, verbose_name='subject token')),
                ('actor_fingerprint', models.CharField(blank=True, max_length=64, verbose_name='actor token')),
                ('trace', models.JSONField(default=list, verbose_name='trace')),
            ],
            options={
                'verbose_name': 'exchange record',
                'verbose_name_plural': 'exchange records',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['created'], name='token_exchange_record_created'), models.Index(fields=['request_id'], name='token_exchange_record_request'), models.Index(fields=['client_id', 'created'], name='token_exchange_record_client'), models.Index(fields=['subject', 'created'], name='token_exchange_record_subject'), models.Index(fields=['actor', 'created'], name='token_exchange_record_actor')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='What clients send as <code>audience</code>. It means one thing on this server.', max_length=255, validators=[django.core.validators.RegexValidator('\\A[\\x21-\\x7e]+\\Z', 'Use printable ASCII characters without spaces: clients send this name as the audience.')], verbose_name='audience name')),
                ('description', models.CharField(blank=True, max_length=255, verbose_name='description')),
                ('enabled', models.BooleanField(default=True, help_text='Disabling stops every token meant for this target at once.', verbose_name='enabled')),
                ('resources', token_exchange.models.fields.LinesField(default=list, help_text='One a line, absolute, without fragment. Tokens for this target open these URIs and nothing else.', verbose_name='resource URIs')),
                ('scopes', token_exchange.models.fields.LinesField(blank=True, default=list, help_text='The scopes that this target understands, one a line.', verbose_name='scopes')),
                ('max_lifetime', models.PositiveIntegerField(blank=True, help_text='Seconds. Empty: as long as the policy allows.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='longest lifetime')),
                ('owner', models.ForeignKey(blank=True, help_text="The client that is this target's resource server. It may trade and inspect tokens meant for it.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ExchangePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='notes')),
                ('position', models.PositiveIntegerField(default=0, help_text='Policies are asked in this order; the first that allows wins.', verbose_name='position')),
                ('enabled', models.BooleanField(default=True, help_text='Disabling stops every token issued under this policy at once.', verbose_name='enabled')),
                ('effect', models.CharField(choices=[('permit', 'Permit'), ('deny', 'Deny')], default='permit', help_text='A deny policy wins over every permit. What it leaves empty does not narrow it.', max_length=10, verbose_name='effect')),
                ('report_only', models.BooleanField(default=False, help_text='Asked and traced in the records, but decides nothing.', verbose_name='report only')),
                ('begins', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('ends', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('subject_token_types', token_exchange.models.fields.ChoicesField(default=token_exchange.models.exchange_policy.access_token_only, verbose_name='subject token types')),
                ('subject_kind', models.CharField(choices=[('any_user', 'Any user'), ('listed_users', 'The users and groups listed'), ('clients', 'Clients (tokens without a user)'), ('anyone', 'Anyone (deny policies only)')], default='any_user', max_length=20, verbose_name='subjects')),
                ('privileged_subjects', models.BooleanField(default=False, help_text='Dangerous: a stolen token of an administrator becomes worth more.', verbose_name='staff and superusers too')),
                ('ways', token_exchange.models.fields.ChoicesField(blank=True, default=list, verbose_name='ways')),
                ('limited_to_actor_scopes', models.BooleanField(default=True, help_text='Grant only scopes that the actor token has as well.', verbose_name="not beyond the actor's scopes")),
                ('max_chain_depth', models.PositiveSmallIntegerField(default=1, help_text='1: a delegated token is not delegated further.', validators=[django.core.validators.MaxValueValidator(4)], verbose_name='longest chain of actors')),
                ('scopes', token_exchange.models.fields.LinesField(blank=True, default=list, help_text='One a line. Empty: a permit grants no scope at all.', verbose_name='scopes')),
                ('narrows_scope', models.BooleanField(default=False, help_text='Grant the permitted part of what was asked; the answer tells which.', verbose_name='narrow instead of refuse')),
                ('issued_token_types', token_exchange.models.fields.ChoicesField(default=token_exchange.models.exchange_policy.access_token_only, verbose_name='issued token types')),
                ('max_lifetime', models.PositiveIntegerField(default=300, help_text='Seconds. Never longer than the tokens it is made from.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='longest lifetime')),
                ('dies_with_subject', models.BooleanField(default=True, help_text='Revoking the subject or actor token revokes the issued one and everything made from it.', verbose_name='dies with its parents')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('actor_clients', models.ManyToManyField(blank=True, related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='actor clients')),
                ('actor_groups', models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='actor groups')),
                ('actor_users', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor users')),
                ('client', models.ForeignKey(blank=True, help_text='Who calls the token endpoint. A permit policy names one; a deny policy may cover all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='client')),
                ('issuing_clients', models.ManyToManyField(blank=True, help_text='Other clients whose tokens the client may trade. Its own tokens, and those meant for a target that it owns, it may trade anyway.', related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='issued to')),
                ('may_act', models.ForeignKey(blank=True, help_text='The issued token names this client in <code>may_act</code>: only it may become the next actor.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='may act further')),
                ('subject_groups', models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='subject groups')),
                ('subject_users', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='subject users')),
                ('targets', models.ManyToManyField(blank=True, related_name='policies', to='token_exchange.target', verbose_name='targets')),
            ],
            options={
                'verbose_name': 'exchange policy',
                'verbose_name_plural': 'exchange policies',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ExchangedToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('subject_fingerprint', models.CharField(max_length=64, verbose_name='subject token')),
                ('actor_fingerprint', models.CharField(blank=True, max_length=64, verbose_name='actor token')),
                ('root', models.CharField(max_length=64, verbose_name='root')),
                ('generation', models.PositiveSmallIntegerField(verbose_name='generation')),
                ('client_id', models.CharField(max_length=255, verbose_name='client')),
                ('subject', models.CharField(max_length=255, verbose_name='subject')),
                ('way', models.CharField(help_text='How it came to speak for its subject. What is made from an impersonated token stays one.', max_length=20, verbose_name='way')),
                ('act', models.JSONField(null=True, verbose_name='actors')),
                ('may_act', models.JSONField(null=True, verbose_name='may act')),
                ('audience', models.JSONField(verbose_name='audience')),
                ('dies_with_subject', models.BooleanField(verbose_name='dies with its parents')),
                ('issued', models.DateTimeField(verbose_name='issued')),
                ('expires', models.DateTimeField(verbose_name='expires')),
                ('revoked', models.DateTimeField(null=True, verbose_name='revoked')),
                ('policy', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='token_exchange.exchangepolicy', verbose_name='policy')),
            ],
            options={
                'verbose_name': 'exchanged token',
                'verbose_name_plural': 'exchanged tokens',
                'ordering': ['-pk'],
                'permissions': [('revoke_exchangedtoken', 'Can revoke exchanged tokens and all derived from them')],
                'indexes': [models.Index(fields=['subject_fingerprint'], name='token_exchange_by_subject'), models.Index(fields=['actor_fingerprint'], name='token_exchange_by_actor'), models.Index(fields=['expires'], name='token_exchange_by_expiry')],
                'constraints': [models.UniqueConstraint(fields=('fingerprint',), name='token_exchange_token_fingerprint')],
            },
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('name',), name='token_exchange_target_name'),
        ),
        migrations.AddConstraint(
            model_name='exchangepolicy',
            constraint=models.UniqueConstraint(fields=('name',), name='token_exchange_policy_name'),
        ),
        migrations.AddConstraint(
            model_name='exchangepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('max_lifetime__gte', 1)), name='token_exchange_policy_lifetime'),
        ),
    ]
