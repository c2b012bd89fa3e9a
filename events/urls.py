from django.urls import path

from events.answering import views as answer_views
from events.public import views as public_views

app_name = "events"

urlpatterns = [
    path("termine/", public_views.listing, name="list"),
    path("termine/kalender.ics", public_views.subscription, name="calendar"),
    path("termine/feed/", public_views.feed, name="feed"),
    path("termine/<slug:slug>/", public_views.event, name="event"),
    path("termine/<slug:slug>/termin.ics", public_views.calendar_event, name="entry"),
    path("termine/<slug:slug>/anmelden/", answer_views.sign_up, name="sign_up"),
    path("termine/<slug:slug>/anmelden/unterwegs/", answer_views.link_sent, name="link_sent"),
    path("antwort/<str:token>/", answer_views.answer, name="answer"),
    path("antwort/<str:token>/termin.ics", answer_views.calendar_event, name="answer_entry"),
]
