from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "windvane_web.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
