from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "windvane_web.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
