"""Impersonation permissions and tickets."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
import token_exchange.models.fields
from django.conf import settings
from django.db import migrations, models
from oauth2_provider.settings import oauth2_settings


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('token_exchange', '0003_personal_access_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(oauth2_settings.APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImpersonationPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='notes')),
                ('enabled', models.BooleanField(default=True, help_text='Disabling stops every token obtained under this permission at once.', verbose_name='enabled')),
                ('effect', models.CharField(choices=[('permit', 'Permit'), ('deny', 'Deny')], default='permit', help_text='A denial wins over every permission. What it leaves empty does not narrow it.', max_length=10, verbose_name='effect')),
                ('begins', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('ends', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('manners', token_exchange.models.fields.ChoicesField(blank=True, default=list, verbose_name='manners')),
                ('privileged_subjects', models.BooleanField(default=False, help_text='Dangerous: only a superuser may save this, and nobody reaches more rights than their own.', verbose_name='staff and superusers too')),
                ('scopes', token_exchange.models.fields.LinesField(blank=True, default=list, help_text='One a line. Empty: no scope at all.', verbose_name='scopes')),
                ('reason_required', models.BooleanField(default=True, verbose_name='a reason is required')),
                ('reference_required', models.BooleanField(default=False, verbose_name='a reference is required')),
                ('approval_required', models.BooleanField(default=False, help_text='Never the requester.', verbose_name='a second person approves')),
                ('tells_subject', models.BooleanField(default=True, help_text='By e-mail, when somebody begins to act.', verbose_name='tell the person acted for')),
                ('copied', token_exchange.models.fields.ChoicesField(blank=True, default=list, help_text='What resource servers are told beside who acts.', verbose_name='claims')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
            ],
            options={
                'verbose_name': 'impersonation permission',
                'verbose_name_plural': 'impersonation permissions',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ImpersonationTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scopes', token_exchange.models.fields.LinesField(blank=True, default=list, verbose_name='scopes')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='reference')),
                ('context', models.JSONField(blank=True, default=dict, verbose_name='context')),
                ('requested', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='requested')),
                ('needs_approval', models.BooleanField(default=False, editable=False, verbose_name='needs approval')),
                ('approved', models.DateTimeField(editable=False, null=True, verbose_name='approved')),
                ('declined', models.DateTimeField(editable=False, null=True, verbose_name='declined')),
                ('fingerprint', models.CharField(editable=False, max_length=64, null=True, verbose_name='fingerprint')),
                ('expires', models.DateTimeField(editable=False, help_text='Until when it can be decided on, handed over, or used.', verbose_name='expires')),
                ('used', models.DateTimeField(editable=False, null=True, verbose_name='used')),
                ('revoked', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'impersonation ticket',
                'verbose_name_plural': 'impersonation tickets',
                'ordering': ['-pk'],
                'permissions': [('approve_impersonationticket', 'Can approve impersonation tickets of others')],
            },
        ),
        migrations.AddField(
            model_name='exchangerecord',
            name='justification',
            field=models.JSONField(default=dict, verbose_name='justification'),
        ),
        migrations.AddField(
            model_name='exchangerecord',
            name='permission_key',
            field=models.BigIntegerField(null=True, verbose_name='permission number'),
        ),
        migrations.AddField(
            model_name='exchangerecord',
            name='permission_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='impersonation permission'),
        ),
        migrations.AddIndex(
            model_name='exchangerecord',
            index=models.Index(fields=['permission_key', 'created'], name='token_exchange_record_permit'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='actor_clients',
            field=models.ManyToManyField(blank=True, help_text='Clients act by delegation only, and only for people without any rights of their own.', related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='acting clients'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='actor_groups',
            field=models.ManyToManyField(blank=True, related_name='+', to='auth.group', verbose_name='acting groups'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='actor_users',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acting users'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='clients',
            field=models.ManyToManyField(blank=True, help_text='Who may exchange the ticket. An exchange policy has to allow it as well.', related_name='+', to=oauth2_settings.APPLICATION_MODEL, verbose_name='through clients'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='subject_groups',
            field=models.ManyToManyField(blank=True, help_text='Being in one of these groups is no obstacle; being in any other that the acting one is not in, is.', related_name='+', to='auth.group', verbose_name='groups that are acted for'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='subject_users',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='users who are acted for'),
        ),
        migrations.AddField(
            model_name='impersonationpermission',
            name='targets',
            field=models.ManyToManyField(blank=True, related_name='+', to='token_exchange.target', verbose_name='targets'),
        ),
        migrations.AddField(
            model_name='exchangedtoken',
            name='permission',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='token_exchange.impersonationpermission', verbose_name='impersonation permission'),
        ),
        migrations.AddField(
            model_name='impersonationticket',
            name='actor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who acts'),
        ),
        migrations.AddField(
            model_name='impersonationticket',
            name='approver',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='impersonationticket',
            name='permission',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='token_exchange.impersonationpermission', verbose_name='permission'),
        ),
        migrations.AddField(
            model_name='impersonationticket',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acted for'),
        ),
        migrations.AddField(
            model_name='impersonationticket',
            name='targets',
            field=models.ManyToManyField(related_name='+', to='token_exchange.target', verbose_name='targets'),
        ),
        migrations.AddConstraint(
            model_name='impersonationpermission',
            constraint=models.UniqueConstraint(fields=('name',), name='token_exchange_permission_name'),
        ),
        migrations.AddIndex(
            model_name='impersonationticket',
            index=models.Index(fields=['expires'], name='token_exchange_ticket_expiry'),
        ),
        migrations.AddConstraint(
            model_name='impersonationticket',
            constraint=models.UniqueConstraint(fields=('fingerprint',), name='token_exchange_ticket_fingerprint'),
        ),
    ]
