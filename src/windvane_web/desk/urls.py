from django.urls import path

from windvane_web.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("done", views.done, name="done"),
    path("started", views.started, name="started"),
    path("reminders", views.reminders, name="reminders"),
    path("reminders/send", views.remind, name="remind"),
]
