"""Addresses of the session screen: status, note, plan, questions, files."""

from django.urls import include, path

from booking.desk.session import (
    doctor_note,
    finish,
    notes,
    page,
    pain,
    plan_review_actions,
    plan_sheets,
    questions,
    status,
)

OF_APPOINTMENT = [
    path("", page.show_appointment, name="desk-appointment"),
    path("accept/", status.desk_accept, name="desk-appointment-accept"),
    path("clearance/", status.record_clearance, name="desk-appointment-clearance"),
    path("doctor-note/", doctor_note.doctor_note_page, name="desk-appointment-doctor-note"),
    path("questions/", questions.questions_page, name="desk-appointment-questions"),
    path("questions/send/", questions.send_questions, name="desk-appointment-questions-send"),
    path("arrived/", status.desk_arrived, name="desk-appointment-arrived"),
    path("pain/", pain.save_pain, name="desk-appointment-pain"),
    path("finish/", finish.finish_session, name="desk-appointment-finish"),
    path("next-times/", finish.times_after_session, name="desk-appointment-next-times"),
    path("note/copy/", notes.copy_last_note, name="desk-appointment-note-copy"),
    path("complete/", status.desk_complete, name="desk-appointment-complete"),
    path("no-show/", status.desk_no_show, name="desk-appointment-no-show"),
    path("cancel/", status.desk_cancel, name="desk-appointment-cancel"),
    path("place/", status.desk_assign_resources, name="desk-appointment-resources"),
    path("swap/", status.desk_swap, name="desk-appointment-swap"),
    path("note/", notes.save_session_note, name="desk-appointment-note"),
    path("note/autosave/", notes.autosave_note, name="desk-appointment-note-autosave"),
    path("note/sign/", notes.sign_colleague_note, name="desk-appointment-note-sign-for-colleague"),
    path("addendum/", notes.add_note_addendum, name="desk-appointment-addendum"),
    path("plans/<uuid:plan_id>/", plan_review_actions.approve_review, name="desk-plan-approve"),
    path("plans/<uuid:plan_id>/print/", plan_sheets.desk_plan_print, name="desk-plan-print"),
    path("plans/<uuid:plan_id>/label/", plan_sheets.desk_label, name="desk-plan-label"),
    path("plans/<uuid:plan_id>/handout/", plan_sheets.desk_handout, name="desk-plan-handout"),
    path("plans/<uuid:plan_id>/add/", plan_review_actions.add_catalogue_item, name="desk-plan-add"),
    path("plans/<uuid:plan_id>/order/", plan_review_actions.reorder_review, name="desk-plan-order"),
    path("plans/<uuid:plan_id>/swap/", plan_review_actions.swap_item, name="desk-plan-swap"),
    path("pain/seen/", status.acknowledge_pain_score, name="desk-pain-acknowledge"),
]

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/", include(OF_APPOINTMENT)),
    path("desk/intakes/<uuid:public_id>/seen/", status.acknowledge_answers, name="desk-intake-acknowledge"),
    path("desk/files/<uuid:public_id>/", doctor_note.open_file, name="desk-file"),
    path("desk/files/<uuid:public_id>/delete/", doctor_note.remove_file, name="desk-file-remove"),
]
