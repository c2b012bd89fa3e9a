from django.urls import path

from mailings import views

app_name = "mailings"

urlpatterns = [
    path("nachricht/<str:token>/", views.read, name="read"),
]
