"""What was sent when a sign-in had ended is kept for that person on that browser, and offered once they are back.

Only what came with a good CSRF token is kept, so a form of another site never is; sealed, for some hours, never with a
password or code in it, and never in a log. Nothing is sent by itself: a tap of the person sends the fields again.
"""

import datetime as dt
import json
import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.accounts.devices import device_of, last_person
from clinic.models import DeviceUser, KeptPost, User
from clinic.records.sealed import SealedUnreadable, seal_text, unseal_text
from clinic.web.links import uuid_or_none
from clinic.web.middleware import GetResponse
from clinic.web.typed import is_secret

KEPT_POSTS = "kept-form"  # the field by which a form that is sent again says which one it was
POST_KEPT_FOR = dt.timedelta(hours=12)
AT_MOST, FIELDS, LETTERS = 5, 400, 200_000
POST_SEAL_PURPOSE = "kept form"
TECHNICAL_FIELDS = re.compile(
    r"csrfmiddlewaretoken|kept-form|next|initial-.*|.*shown|.*version|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS"
)
# Ids, and what a page noted for itself, say nothing to a person.
FIELDS_WITHOUT_TEXT = re.compile(r"\s*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{.*\}", re.DOTALL)

Fields = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent: where to, and its fields in their order."""

    path: str
    fields: Fields

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """What a person typed or chose, under words made of the names of the fields."""
        found = []
        for name, values in self.fields:
            said = [value for value in values if not FIELDS_WITHOUT_TEXT.fullmatch(value)]
            if said and not TECHNICAL_FIELDS.fullmatch(name):
                found.append((re.sub(r"[-_]+", " ", name).strip().capitalize(), said))
        return found


def form_worth_keeping(request: HttpRequest) -> KeptForm | None:
    """What a request brings that is worth keeping; None where nothing was typed, or a key to something."""
    if request.method != "POST" or is_secret(request.POST):
        return None
    fields = [(str(name), [str(each) for each in values]) for name, values in request.POST.lists()]
    kept = [(name, values) for name, values in fields if name not in {"csrfmiddlewaretoken", KEPT_POSTS}]
    typed = KeptForm(request.get_full_path(), kept)
    return typed if typed.shown else None


def keep_form(typed: KeptForm, known: DeviceUser) -> KeptPost | None:
    """Keep a form for who signed in last with this browser. None where it is too large to be kept."""
    letters = sum(len(name) + sum(map(len, values)) for name, values in typed.fields)
    if len(typed.fields) > FIELDS or letters > LETTERS or len(typed.path) > 2000:
        return None
    now = timezone.now()
    KeptPost.objects.filter(until__lt=now).delete()
    text = json.dumps({"path": typed.path, "fields": typed.fields})
    made = KeptPost.objects.create(
        device=known.device,
        user=known.user,
        sealed=seal_text(text, purpose=POST_SEAL_PURPOSE),
        until=now + POST_KEPT_FOR,
    )
    theirs = KeptPost.objects.filter(device=known.device, user=known.user)
    newest = theirs.order_by("-made_at").values_list("pk", flat=True)[:AT_MOST]
    theirs.exclude(pk__in=list(newest)).delete()
    return made


def keep_posted_form(request: HttpRequest) -> KeptPost | None:
    """Keep what a signed-out browser sent, for the person who signed in last with it; None where it is nobody's."""
    typed = form_worth_keeping(request)
    known = last_person(device_of(request)) if typed is not None else None
    return keep_form(typed, known) if typed is not None and known is not None and known.user.is_active else None


def forms_kept_for(request: HttpRequest, user: User) -> list[tuple[KeptPost, KeptForm]]:
    """What waits for this person on this browser, the oldest first."""
    device = device_of(request)
    if device is None:
        return []
    rows = KeptPost.objects.filter(device=device, user=user, until__gt=timezone.now()).order_by("made_at")
    return [(row, typed) for row in rows if (typed := open_kept_form(row)) is not None]


def open_kept_form(row: KeptPost) -> KeptForm | None:
    """A kept form as it was sent; None where its key is gone."""
    try:
        held = json.loads(unseal_text(row.sealed, purpose=POST_SEAL_PURPOSE))
    except SealedUnreadable:
        return None
    return KeptForm(held["path"], [(name, values) for name, values in held["fields"]])


def forget_sent_forms(get_response: GetResponse) -> GetResponse:
    """Forget a kept form once its person has sent it again and it was answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        response = get_response(request)
        if request.method == "POST" and isinstance(person, User) and is_answered(request, response):
            key = uuid_or_none(request.POST.get(KEPT_POSTS, ""))
            if key is not None:
                KeptPost.objects.filter(pk=key, user=person.pk).delete()
        return response

    return middleware


def is_answered(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether what was typed is saved, or stands on the page that came back."""
    return request.user.is_authenticated and (response.status_code < 400 or response.status_code == 422)
