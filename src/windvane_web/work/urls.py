from django.urls import path
from django.http import HttpResponse
app_name = "work"
urlpatterns = [path("reports/<int:pk>/", lambda r, pk: HttpResponse(""), name="report"), path("ledger/<int:pk>/", lambda r, pk: HttpResponse(""), name="entry")]
