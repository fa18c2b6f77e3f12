from django.urls import path

from windvane_web.org import views

urlpatterns = [path("me", views.me, name="me")]
