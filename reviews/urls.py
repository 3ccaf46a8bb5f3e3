"""Addresses of the reviews app: the desks of the provinces, the experts and the centre."""

from django.urls import URLPattern, path

from reviews.views import province, province_files, recommendations, screening

urlpatterns: list[URLPattern] = [
    path("screening/", province.screening_home, name="screening_home"),
    path("screening/colleagues/", province.screening_colleagues, name="screening_colleagues"),
    path("screening/cases/", screening.screening_cases, name="screening_cases"),
    path("screening/cases/<int:pk>/", screening.screening_case, name="screening_case"),
    path("screening/cases/<int:pk>/verdict/", screening.screening_verdict, name="screening_verdict"),
    path("screening/cases/<int:pk>/notes/", screening.screening_notes, name="screening_notes"),
    path("screening/cases/<int:pk>/reopen/", screening.screening_reopen, name="screening_reopen"),
    path("screening/cases/<int:pk>/take-back/", screening.screening_take_back, name="screening_take_back"),
    path("screening/cases/<int:pk>/withdraw/", screening.screening_withdraw, name="screening_withdraw"),
    path("screening/recommendations/", recommendations.screening_recommendations, name="screening_recommendations"),
    path("screening/recommendations/preview/", recommendations.screening_preview, name="screening_preview"),
    path("screening/recommendations/many/", recommendations.screening_recommend_many, name="screening_recommend_many"),
    path("screening/recommendations/order/", recommendations.screening_reorder, name="screening_reorder"),
    path("screening/recommendations/export.csv", recommendations.screening_export, name="screening_export"),
    path("screening/files/<str:kind>/<int:pk>/<str:variant>", province_files.screening_file, name="screening_file"),
]
