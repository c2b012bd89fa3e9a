from django.http import HttpRequest, HttpResponse
from django.urls import path

from events import answer_views

app_name = "events"


def _later(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("termine/<slug:slug>/", _later, name="event"),
    path("termine/<slug:slug>/anmelden/", answer_views.sign_up, name="sign_up"),
    path("termine/<slug:slug>/anmelden/unterwegs/", answer_views.link_sent, name="link_sent"),
    path("antwort/<str:token>/", answer_views.answer, name="answer"),
    path("antwort/<str:token>/termin.ics", answer_views.entry, name="answer_entry"),
]
