"""Addresses of the client's way to an appointment, and of the appointment afterwards."""

from django.urls import path

from booking.views.public import adding, change, details, embed, feed, home, safety, swap, times, visit, waitlist

urlpatterns = [
    path("", home.home, name="home"),
    path("book/", home.book, name="book"),
    path("book/done/<str:key>/", visit.done, name="done"),
    path("book/<slug:slug>/", safety.service, name="service"),
    path("book/<slug:slug>/add-ons/", adding.add_ons, name="add-ons"),
    path("book/<slug:slug>/outcome/", safety.outcome, name="outcome"),
    path("book/<slug:slug>/times/", times.times, name="times"),
    path("book/<slug:slug>/details/", details.details, name="details"),
    path("book/<slug:slug>/prove/", details.prove, name="prove"),
    path("book/<slug:slug>/waitlist/", waitlist.join, name="waitlist-join"),
    path("waitlist/joined/", waitlist.joined, name="waitlist-joined"),
    path("waitlist/<str:key>/", waitlist.waitlist, name="waitlist"),
    path("waitlist/<str:key>/accept/", waitlist.accept, name="waitlist-accept"),
    path("waitlist/<str:key>/decline/", waitlist.decline, name="waitlist-decline"),
    path("waitlist/<str:key>/take/", waitlist.take, name="waitlist-take"),
    path("waitlist/<str:key>/change/", waitlist.change, name="waitlist-change"),
    path("waitlist/<str:key>/leave/", waitlist.leave, name="waitlist-leave"),
    path("visit/<str:key>/", visit.visit, name="visit"),
    path("visit/<str:key>/move/", change.move, name="visit-move"),
    path("visit/<str:key>/cancel/", change.cancel, name="visit-cancel"),
    path("visit/<str:key>/confirm/", visit.confirm, name="visit-confirm"),
    path("visit/<str:key>/swap/", swap.swap, name="visit-swap"),
    path("visit/<str:key>/intake/", visit.intake, name="visit-intake"),
    path("visit/<str:key>/calendar.ics", visit.calendar, name="visit-calendar"),
    path("embed/", embed.embed, name="embed"),
    path("feed/<str:key>.ics", feed.feed, name="feed"),
]
