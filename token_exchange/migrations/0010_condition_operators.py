"""The help text of conditions names every operator."""

from __future__ import annotations

import token_exchange.models.conditions_field
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("token_exchange", "0009_personal_made_by")]

    operations = [
        migrations.AlterField(
            model_name="exchangepolicy",
            name="conditions",
            field=token_exchange.models.conditions_field.ConditionsField(
                blank=True,
                default=list,
                help_text=(
                    "One a line: claim, operator, values. Operators: equals, one_of, contains, path_prefix, glob, "
                    "is_true, is_false. The value 42 also equals the number, true the boolean. A claim within another "
                    "is written /outer/inner."
                ),
                verbose_name="claim conditions",
            ),
        ),
    ]
