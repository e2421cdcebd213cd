from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:question>/", views.detail, name="detail"),
    path("about/", views.About.as_view()),
]
