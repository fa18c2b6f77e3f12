from django.urls import path

from windvane_web.desk import roll_views, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("done", views.done, name="done"),
    path("started", views.started, name="started"),
    path("reminders", views.reminders, name="reminders"),
    path("reminders/send", views.remind, name="remind"),
    path("roll", roll_views.roll, name="roll"),
]
