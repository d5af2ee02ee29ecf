"""Signing in by a code from the mail, and proving a new address: one mail, one code, and no word to strangers."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.reminders.kinds.sign_in import AddressChanged, address_changed, sign_in_code
from booking.reminders.standalone import queue_message
from clients.models import Client
from clients.record.self_service import change_address
from clinic.accounts import codes
from clinic.accounts.second_factor import is_team_member
from clinic.errors import Refusal
from clinic.identity import address_equals
from clinic.mail import kinds
from clinic.models import Practice, User
from clinic.operations.worker_signals import wake_worker

SIGN_IN_CODE, ADDRESS_CODE, BOOKING_CODE = "sign-in", "address", "booking"


@dataclass(frozen=True)
class MailboxInfo:
    """What is known of an address: its sign-in, whether that is of the team, and whether a client reads it."""

    user: User | None
    team: bool
    known: bool


def look_up_mailbox(address: str) -> MailboxInfo:
    """Look an address up. One whose sign-in was switched off is nobody's."""
    user = User.objects.filter(address_equals(address)).first()
    team = user is not None and is_team_member(user)
    known = Client.objects.at_mailbox(address).exists() and (user is None or user.is_active)
    return MailboxInfo(user, team, known)


def mail_sign_in_code(address: str, practice: Practice) -> None:
    """Mail a code to an address at which a client has a file.

    A stranger's address gets no mail, and the same work is done for it, so that neither the answer nor its time tells
    who is a client here. The team gets a mail that leads to the password: a code never gives staff rights.
    """
    found, code = look_up_mailbox(address), codes.new_code(address, purpose=SIGN_IN_CODE)
    with transaction.atomic():
        intro = _("Here is your code. It signs you in for today.")
        queue_code_mail(address, "" if found.team else code, practice, intro=intro)
        if not (found.team or found.known):
            transaction.set_rollback(True)
    wake_worker("clinic.tasks.send_mail")


def mail_address_code(client: Client, address: str, practice: Practice) -> None:
    """Mail a code to a new address of a signed-in client; only who reads it can make it count."""
    code = codes.new_code(address, purpose=address_code_purpose(client))
    queue_code_mail(
        address, code, practice, intro=_("Here is your code. It makes this your new address with us."), new_address=True
    )
    wake_worker("clinic.tasks.send_mail")


def mail_booking_code(address: str, practice: Practice) -> None:
    """Mail a code to the address that somebody books with, known here or not; only who reads it can book with it."""
    code = codes.new_code(address, purpose=BOOKING_CODE)
    queue_code_mail(
        address,
        code,
        practice,
        intro=_("Here is your code. It finishes your booking. Did you not book? Then do nothing."),
    )
    wake_worker("clinic.tasks.send_mail")


def prove_by_code(address: str, code: str) -> None:
    """Take the code that `mail_booking_code` sent. Raises Refusal where it is not right, or over."""
    if not codes.use_mail_code(address, code, purpose=BOOKING_CODE):
        raise wrong_code_refusal()


def address_code_purpose(client: Client) -> str:
    """A new address is proved for one file."""
    return f"{ADDRESS_CODE}-{client.pk}"


def queue_code_mail(address: str, code: str, practice: Practice, *, intro: str, new_address: bool = False) -> None:
    """Queue the mail: at once, whatever the hour, and never after the code is over. Without a code: to the password."""
    message = sign_in_code(
        practice,
        code=codes.code_in_groups(code) if code else "",
        minutes=int(codes.CODE_VALID_FOR.total_seconds() // 60),
        intro=intro,
        new_address=new_address,
        password_url=f"{settings.SITE_URL}{reverse('account_login')}",
    )
    queue_message(kinds.SIGN_IN, message, to=address, not_after=timezone.now() + codes.CODE_VALID_FOR)


def sign_in_by_code(address: str, code: str) -> User:
    """The sign-in of a mailbox, made with its first right code. Raises Refusal, the same for every reason."""
    right = codes.use_mail_code(address, code, purpose=SIGN_IN_CODE)
    found = look_up_mailbox(address)
    if not right or found.team or not found.known:
        raise wrong_code_refusal()
    return found.user or user_for_mailbox(address)


def user_for_mailbox(address: str) -> User:
    """A new sign-in without a password and without rights; two right codes at once end with one."""
    try:
        with transaction.atomic():
            return User.objects.create_user(address)
    except IntegrityError:
        return User.objects.get_by_natural_key(address)


def prove_address(client: Client, address: str, code: str, practice: Practice) -> User | None:
    """Make a proved address the client's and tell the old one. None for the team's mailbox. Raises Refusal."""
    if not codes.use_mail_code(address, code, purpose=address_code_purpose(client)):
        raise wrong_code_refusal()
    before = client.email
    change_address(client, address)
    if before:
        notify_old_address(client, before, practice)
    found = look_up_mailbox(address)
    return found.user or user_for_mailbox(address) if found.known and not found.team else None


def notify_old_address(client: Client, address: str, practice: Practice) -> None:
    """Whoever reads the old address learns that it is out of use, in case it was not they who changed it."""
    # With a key, so that it is found as theirs once the address is not theirs any more.
    key = f"address:{client.public_id}:{uuid.uuid4().hex}"
    queue_message(AddressChanged.code, address_changed(practice), to=address, dedupe_key=key)


def wrong_code_refusal() -> Refusal:
    """One sentence for a wrong, an old, a used and a never sent code."""
    return Refusal(
        _("That code is not right, or not any more. It works once, for 15 minutes. Ask for another if need be."),
        code="wrong_code",
        field="code",
    )
