"""Addresses of the session screen: status, note, plan, questions, files."""

from django.urls import path

from booking.desk.session import (
    acknowledge,
    clearance,
    doctor_note,
    finish,
    notes,
    page,
    pain,
    plan_review_actions,
    plan_sheets,
    questions,
    service_swap,
    status,
)

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/", page.show_appointment, name="desk-appointment"),
    path("desk/appointments/<uuid:public_id>/accept/", status.desk_accept, name="desk-appointment-accept"),
    path(
        "desk/appointments/<uuid:public_id>/clearance/", clearance.record_clearance, name="desk-appointment-clearance"
    ),
    path(
        "desk/appointments/<uuid:public_id>/doctor-note/",
        doctor_note.doctor_note_page,
        name="desk-appointment-doctor-note",
    ),
    path("desk/appointments/<uuid:public_id>/questions/", questions.questions_page, name="desk-appointment-questions"),
    path(
        "desk/appointments/<uuid:public_id>/questions/send/",
        questions.send_questions,
        name="desk-appointment-questions-send",
    ),
    path("desk/appointments/<uuid:public_id>/arrived/", status.desk_arrived, name="desk-appointment-arrived"),
    path("desk/appointments/<uuid:public_id>/pain/", pain.save_pain, name="desk-appointment-pain"),
    path("desk/appointments/<uuid:public_id>/finish/", finish.finish_session, name="desk-appointment-finish"),
    path(
        "desk/appointments/<uuid:public_id>/next-times/", finish.times_after_session, name="desk-appointment-next-times"
    ),
    path("desk/appointments/<uuid:public_id>/note/copy/", notes.copy_last_note, name="desk-appointment-note-copy"),
    path("desk/appointments/<uuid:public_id>/complete/", status.desk_complete, name="desk-appointment-complete"),
    path("desk/appointments/<uuid:public_id>/no-show/", status.desk_no_show, name="desk-appointment-no-show"),
    path("desk/appointments/<uuid:public_id>/cancel/", status.desk_cancel, name="desk-appointment-cancel"),
    path("desk/appointments/<uuid:public_id>/place/", status.desk_assign_resources, name="desk-appointment-resources"),
    path("desk/appointments/<uuid:public_id>/swap/", service_swap.desk_swap, name="desk-appointment-swap"),
    path("desk/appointments/<uuid:public_id>/note/", notes.save_session_note, name="desk-appointment-note"),
    path(
        "desk/appointments/<uuid:public_id>/note/autosave/", notes.autosave_note, name="desk-appointment-note-autosave"
    ),
    path(
        "desk/appointments/<uuid:public_id>/note/sign/",
        notes.sign_colleague_note,
        name="desk-appointment-note-sign-for-colleague",
    ),
    path("desk/appointments/<uuid:public_id>/addendum/", notes.add_note_addendum, name="desk-appointment-addendum"),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/",
        plan_review_actions.approve_review,
        name="desk-plan-approve",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/print/",
        plan_sheets.desk_plan_print,
        name="desk-plan-print",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/label/",
        plan_sheets.desk_label,
        name="desk-plan-label",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/handout/",
        plan_sheets.desk_handout,
        name="desk-plan-handout",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/add/",
        plan_review_actions.add_catalogue_item,
        name="desk-plan-add",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/order/",
        plan_review_actions.reorder_review,
        name="desk-plan-order",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/swap/",
        plan_review_actions.swap_item,
        name="desk-plan-swap",
    ),
    path("desk/intakes/<uuid:public_id>/seen/", acknowledge.acknowledge_answers, name="desk-intake-acknowledge"),
    path(
        "desk/appointments/<uuid:public_id>/pain/seen/",
        acknowledge.acknowledge_pain_score,
        name="desk-pain-acknowledge",
    ),
    path("desk/files/<uuid:public_id>/", doctor_note.open_file, name="desk-file"),
    path("desk/files/<uuid:public_id>/delete/", doctor_note.remove_file, name="desk-file-remove"),
]
