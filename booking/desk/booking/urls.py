"""Addresses of booking, moving and repeating at the desk."""

from django.urls import include, path

from booking.desk.booking import book, move, move_series, next_free, repeat, undo

OF_APPOINTMENT = [
    path("move/", move.desk_move, name="desk-appointment-move"),
    path("move-series/", move_series.move_series_page, name="desk-appointment-move-series"),
    path("repeat/", repeat.repeat_appointment, name="desk-appointment-repeat"),
    path("places/", move.places_of_appointment, name="desk-appointment-places"),
]

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/", include(OF_APPOINTMENT)),
    path("desk/next-free/", next_free.next_free, name="desk-next-free"),
    path("desk/undo/<str:token>/", undo.undo_page, name="desk-undo"),
    path("desk/book/", book.desk_booking, name="desk-book"),
    path("desk/book/times/", book.desk_times, name="desk-book-times"),
    path("desk/book/safety/", book.desk_foresight, name="desk-book-safety"),
    path("desk/book/alike/", book.files_alike, name="desk-book-alike"),
    path("desk/book/pick/", book.client_picks, name="desk-book-pick"),
    path("desk/book/repeat/", repeat.repeat_page, name="desk-repeat"),
]
