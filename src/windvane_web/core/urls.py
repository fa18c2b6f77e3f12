from django.urls import path

from windvane_web.core import trail, views

urlpatterns = [
    path("health", views.health, name="health"),
    path("prefer", views.prefer, name="prefer"),
    path("places", views.places, name="places"),
    path("notices", views.notices, name="notices"),
    path("jobs/<int:pk>", views.job, name="job"),
    path("system", views.system, name="system"),
    path("audit", trail.trail, name="trail"),
    path("audit/file", trail.trail_file, name="trail_file"),
    path("audit/check", trail.trail_check, name="trail_check"),
]
