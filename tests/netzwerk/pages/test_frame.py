"""The frame of every page: includes, fields and the error summary."""

import pytest
from django import forms
from django.template import engines


def render(template: str, **context: object) -> str:
    return engines["django"].from_string(template).render(context)


class Join(forms.Form):
    email = forms.EmailField(label="Ihre E-Mail-Adresse", help_text="Nur Sie lesen sie.")
    town = forms.ChoiceField(label="Wo wohnen Sie?", choices=[("siegen", "Siegen")], required=False)
    way = forms.ChoiceField(label="Wie?", choices=[("a", "Post"), ("b", "Mail")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="Ja, gern", error_messages={"required": "Setzen Sie ein Häkchen."})


def test_unknown_template_variable_fails(settings):
    source = (settings.BASE_DIR / "templates/includes/icon.html").read_text()
    assert "{{ name }}" in source
    with pytest.raises(AssertionError, match="name"):
        render('{% include "includes/icon.html" %}')
    assert "#i-exit" in render('{% include "includes/icon.html" with name="exit" %}')


def test_error_summary_links_every_wrong_field():
    form = Join({"email": "x", "way": "a"})
    form.fields["consent"].summary = "Zustimmen, dass wir schreiben"
    html = render('{% include "includes/error_summary.html" %}', form=form)
    assert "Bitte prüfen Sie zwei Angaben" in html
    assert '<a href="#id_email">Ihre E-Mail-Adresse</a>' in html
    assert '<a href="#id_consent">Zustimmen, dass wir schreiben</a>' in html
    assert "autofocus" in html


def test_error_summary_counts_fields_only():
    """No field is to blame for "Das ging sehr schnell"."""
    form = Join({"email": "x", "way": "a"})
    form.add_error(None, "Das ging sehr schnell.")
    html = render('{% include "includes/error_summary.html" %}', form=form)
    assert "Bitte prüfen Sie zwei Angaben" in html
    assert "<li>Das ging sehr schnell.</li>" in html
    form.errors.pop("consent")
    assert "Bitte prüfen Sie eine Angabe" in render('{% include "includes/error_summary.html" %}', form=form)
    form.errors.pop("email")
    assert "Das hat noch nicht geklappt" in render('{% include "includes/error_summary.html" %}', form=form)


def test_error_summary_says_nothing_without_errors():
    assert not render('{% include "includes/error_summary.html" %}', form=Join()).strip()


def test_field_names_hint_then_control_then_error():
    html = render("{% load crispy_forms_tags %}{{ form|crispy }}", form=Join({"email": "x"}))
    order = [
        html.index(part)
        for part in ('for="id_email"', 'id="id_email_helptext"', 'id="id_email"', 'id="id_email_error"')
    ]
    assert order == sorted(order)
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert html.count("field-error") == 3
    assert "Setzen Sie ein Häkchen." in html
    assert html.count("#i-achtung") == 3
    assert "style=" not in html
