"""Files in the demo's records: a doctor's note that was asked for, and a letter that somebody brought."""

from booking.models import Therapist
from clients.models import Client
from clients.record.attachments import keep_attachment

PAGE = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length {length}>>stream
{text}
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
# Whose, what it is (empty: the doctor's note), and its words.
DOCUMENTS = (
    ("Blum", "", "Oskar Blum may have gentle massage. No deep pressure. Dr. A. Lang"),
    ("Keller", "Letter from the physiotherapist", "Marta Keller: exercises for the shoulder, twice a day."),
    ("Keller", "Insurer's confirmation", "Six sessions are reimbursed this year."),
)


def create_documents() -> None:
    """Put the files into their records, as the desk does."""
    by = Therapist.objects.order_by("position")[0].user
    for last_name, label, words in DOCUMENTS:
        text = f"BT /F 12 Tf 30 240 Td ({words}) Tj ET"
        content = PAGE.format(length=len(text), text=text).encode()
        keep_attachment(Client.objects.get(last_name=last_name), content, appointment=None, by=by, label=label)
