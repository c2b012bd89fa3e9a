from django.urls import path

from events.answering import views as answer_views
from events.groups import views as group_views
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
    path("gruppe/verlassen/<str:token>/", group_views.leave, name="group_leave"),
    path("gruppe/<str:token>/", group_views.show, name="group_page"),
    path("gruppe/<str:token>/treffen/", group_views.suggest, name="group_suggest"),
    path("gruppe/<str:token>/zweite/", group_views.second, name="group_second"),
    path("gruppe/<str:token>/termin.ics", group_views.calendar_entry, name="group_entry"),
]
