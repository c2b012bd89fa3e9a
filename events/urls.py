from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "events"


def _later(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("termine/<slug:slug>/", _later, name="event")]
