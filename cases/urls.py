"""Addresses of the cases app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
