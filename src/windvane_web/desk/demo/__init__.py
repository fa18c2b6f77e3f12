"""A simulated year through the real actions: everything that people would have done, done by people with the right to do it."""

from windvane_web.desk.demo.building import build
from windvane_web.desk.demo.cast import LOGINS, PASSWORD

__all__ = ["LOGINS", "PASSWORD", "build"]
