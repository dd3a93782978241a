import token_exchange.models.conditions_field
import token_exchange.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('token_exchange', '0006_issuer_keys_left_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='trustedissuer',
            name='audience_claim',
            field=models.CharField(blank=True, choices=[('', 'aud'), ('client_id', 'client_id'), ('azp', 'azp')], default='', help_text='<code>client_id</code> for access tokens of Amazon Cognito, which have no <code>aud</code>.', max_length=20, verbose_name='audience claim'),
        ),
        # Rows that exist have not been asked: they say no, and those without a condition believe no workload.
        migrations.AddField(
            model_name='trustedissuer',
            name='is_own_alone',
            field=models.BooleanField(default=False, help_text="Every workload that this issuer signs for is this site's. Without this, an issuer of workloads needs a condition, and believes no token until it has one.", verbose_name="this site's own alone"),
        ),
        migrations.AlterField(
            model_name='trustedissuer',
            name='is_own_alone',
            field=models.BooleanField(blank=True, default=None, help_text="Every workload that this issuer signs for is this site's. Without this, an issuer of workloads needs a condition, and believes no token until it has one.", null=True, verbose_name="this site's own alone"),
        ),
        migrations.AlterField(
            model_name='linkedaccount',
            name='subject',
            field=token_exchange.models.fields.ExactCharField(max_length=255, verbose_name='subject'),
        ),
        migrations.AlterField(
            model_name='trustedissuer',
            name='conditions',
            field=token_exchange.models.conditions_field.ConditionsField(blank=True, default=list, help_text='One a line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, is_true, is_false. The value 42 also equals the number, true the boolean. A claim within another is written /outer/inner.', verbose_name='claim conditions'),
        ),
        migrations.AlterField(
            model_name='trustedissuer',
            name='issuer',
            field=token_exchange.models.fields.ExactCharField(help_text='Exactly as in <code>iss</code>: a slash makes another issuer.', max_length=200, verbose_name='issuer'),
        ),
        migrations.AlterField(
            model_name='trustedissuer',
            name='mapping_claim',
            field=models.CharField(blank=True, help_text='If left out: <code>preferred_username</code>, <code>username</code> of an introspected token, or <code>email</code>.', max_length=100, verbose_name='claim with name or address'),
        ),
        migrations.AlterField(
            model_name='trustedissuer',
            name='mutable_claims_accepted',
            field=models.BooleanField(default=False, help_text='A condition or a mapping by a name or address that can change hands.', verbose_name='names may be reused by others'),
        ),
    ]
