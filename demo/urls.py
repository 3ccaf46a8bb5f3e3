"""Addresses of the demo."""

from django.urls import path

from demo import views

urlpatterns = [
    path("outbox/", views.outbox, name="demo_outbox"),
    path("clock/", views.set_clock, name="demo_clock"),
]
