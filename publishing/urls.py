"""Addresses of the publishing app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
