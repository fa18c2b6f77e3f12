from django.apps import AppConfig


class SchemeConfig(AppConfig):
    name = "windvane_web.scheme"
    label = "scheme"
    default_auto_field = "django.db.models.BigAutoField"
