from django.urls import path

from windvane_web.core import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("prefer", views.prefer, name="prefer"),
    path("places", views.places, name="places"),
    path("notices", views.notices, name="notices"),
]
