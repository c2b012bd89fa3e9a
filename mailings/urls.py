from django.urls import path

from mailings import views
from mailings.returns import webhooks

app_name = "mailings"

urlpatterns = [
    path("nachricht/<str:token>/", views.read, name="read"),
    path("information/<str:token>/", views.flyer, name="flyer"),
    path("post/<slug:provider>/tracking/", webhooks.take, name="webhook"),
]
