from django.urls import path

from windvane_web.desk import views

urlpatterns = [path("", views.desk, name="desk")]
