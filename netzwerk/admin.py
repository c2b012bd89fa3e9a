"""The site's own part of the officers' desk: the texts of its pages."""

from django.contrib import admin
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401 - registers what is replaced below
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.admin import SiteAdmin  # noqa: F401
from django.contrib.sites.models import Site
from django.forms import ModelForm
from django.http import HttpRequest

from kit.markdown import WithoutImages

HOW_TO_WRITE = (
    "Eine Zeile mit ## davor ist eine Überschrift, eine Zeile mit - davor ein Punkt einer Liste. "
    "**Zwei Sterne** machen fett. Einen Link schreiben Sie so: [Text](https://www.beispiel.example/). "
    "Was in [Bitte ergänzen: …] steht, leuchtet auf der Seite gelb, bis Sie es ersetzen. "
    "$telefon, $mail und $netzwerk füllt das Portal selbst aus."
)

admin.site.unregister([FlatPage, Site])


class PageForm(WithoutImages, ModelForm[FlatPage]):
    class Meta:
        model = FlatPage
        fields = ("title", "content")
        help_texts = {"content": HOW_TO_WRITE}


@admin.register(FlatPage)
class PageAdmin(admin.ModelAdmin[FlatPage]):
    """The officers change texts; which pages there are, the portal says (the law asks for them)."""

    form = PageForm
    list_display = ("title", "url")
    ordering = ("title",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FlatPage | None = None) -> bool:
        return False

    def view_on_site(self, obj: FlatPage) -> str:
        return obj.url
