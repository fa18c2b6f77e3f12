from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "windvane_web.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each app's declarations are read once at start: verbs, pages in the navigation, tasks on the desk, long work."""
        autodiscover_modules("permissions", "navigation", "tasks", "jobs")
