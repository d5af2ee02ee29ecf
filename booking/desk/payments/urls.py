"""Addresses of the money at the desk."""

from django.urls import path

from booking.desk.payments import payment, receipts, takings

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/payment/", payment.payment_page, name="desk-payment"),
    path("desk/appointments/<uuid:public_id>/payment/take/", payment.take_payment, name="desk-payment-take"),
    path("desk/appointments/<uuid:public_id>/payment/line/", payment.add_line, name="desk-payment-line"),
    path("desk/appointments/<uuid:public_id>/payment/refund/", payment.give_back, name="desk-payment-refund"),
    path("desk/appointments/<uuid:public_id>/payment/receipt/", receipts.write_receipt_page, name="desk-receipt-new"),
    path("desk/receipts/<uuid:public_id>/", receipts.receipt_sheet, name="desk-receipt"),
    path("desk/receipts/<uuid:public_id>/cancel/", receipts.cancel_receipt_page, name="desk-receipt-cancel"),
    path("desk/receipts/<uuid:public_id>/mail/", receipts.mail_receipt_page, name="desk-receipt-mail"),
    path("desk/takings/", takings.takings_page, name="desk-takings"),
    path("desk/takings/takings.csv", takings.takings_csv, name="desk-takings-csv"),
]
