"""Addresses of what villages publish. Calls the views of `hub.affairs`."""

from django.urls import path

from hub.affairs import edition_views, index_views, new_views, question_views, views

app_name = "affairs"

urlpatterns = [
    path("", index_views.index, name="index"),
    path("villages", index_views.villages, name="villages"),
    path("new", new_views.new, name="new"),
    path("events/<int:number>/drop", new_views.drop_event, name="drop-event"),
    path("drafts/<int:number>/", views.draft, name="draft"),
    path("drafts/<int:number>/submit", views.submit, name="submit"),
    path("drafts/<int:number>/split", new_views.split, name="split"),
    path("drafts/<int:number>/drop", views.drop, name="drop"),
    path("return", edition_views.back, name="review-return"),
    path("review", edition_views.review_submit, name="review-submit"),
    path("<int:number>/", edition_views.edition, name="edition"),
    path("<int:number>/explain", edition_views.explain, name="explain"),
    path("<int:number>/again", edition_views.again, name="again"),
    path("<int:number>/file", edition_views.file, name="file"),
    path("questions/", question_views.index, name="questions"),
    path("questions/<int:number>/answer", question_views.answer, name="answer"),
    path("questions/month", question_views.month, name="month"),
]
