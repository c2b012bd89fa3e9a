from django.urls import path

from members import views
from members.groups import views as group_views

app_name = "members"

urlpatterns = [
    path("mitmachen/", views.join, name="join"),
    path("mitmachen/unterwegs/", views.sent, name="sent"),
    path("mitmachen/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("abmelden/<str:token>/", views.leave, name="leave"),
    path("gruppen/", group_views.listing, name="groups"),
    path("gruppen/sicher/", group_views.safe, name="groups_safe"),
    path("gruppen/anfrage/<str:token>/", group_views.asked, name="group_asked"),
    path("gruppen/vorschlagen/<str:token>/", group_views.found_one, name="group_found"),
    path("gruppen/<slug:slug>/", group_views.group, name="group"),
    path("gruppen/<slug:slug>/unterwegs/", group_views.sent, name="group_sent"),
]
