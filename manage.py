#!/usr/bin/env python
"""Django's commands for windvane_web."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "windvane_web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
