"""Submit forms of the admin as a browser would."""

from __future__ import annotations

from django.db.models import Model


def shown(browser, path):
    """Return the fields of the form at this path as a browser would submit them unchanged."""
    form = browser.get(path, secure=True).context["adminform"].form
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if isinstance(value, list | tuple):
            data[name] = [item.pk if isinstance(item, Model) else item for item in value]
        elif value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = value
    return data


def submit(browser, path, shown_to, **changes):
    """Submit the form as `shown_to` sees it with these changes; None takes a field out."""
    data = {name: value for name, value in (shown(shown_to, path) | changes).items() if value is not None}
    return browser.post(path, data, secure=True)
