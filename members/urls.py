from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("mitmachen/", views.join, name="join"),
    path("mitmachen/unterwegs/", views.sent, name="sent"),
    path("mitmachen/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("abmelden/<str:token>/", views.leave, name="leave"),
]
