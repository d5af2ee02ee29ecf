"""The lines of a file of clients: judged, then taken over. Each line is done once, whoever is killed in between."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.imports.dates import DateOrder
from clients.imports.matching import Finding, KnownFiles, LinesAbove, clients_by_key
from clients.imports.opening import LineReader
from clients.imports.people import ImportedPerson, UnusableLine, person_of
from clients.models import Client, ImportLine, ImportRun, LineChoice, Verdict
from clinic.models import AccessEvent, Practice

JUDGED_COLUMNS = ("verdict", "reason", "candidates", "twin", "client")
SETTLED = ("client", "made", "opened", "made_version", "filled", "settled_at", "reason", "verdict")
# What is filled in where a file here has nothing; an address only by somebody's word, for mail goes there.
FILLABLE = ("phone", "born_on", "desk_note", "alert", "emergency_contact", "physician")


class PeopleReader:
    """Reads lines as people, by the columns of their import and the country of the practice."""

    def __init__(self, run: ImportRun, practice: Practice) -> None:
        self.lines = LineReader(run)
        written = run.mapping.get("dates", {}).get("born_on")
        self.born = DateOrder(written) if written else None
        self.region = practice.country
        self.today = timezone.localdate(timezone=practice.zone)

    def read(self, line: ImportLine) -> ImportedPerson:
        """The person of a line. Raises UnusableLine."""
        cells, problem = self.lines.read(line)
        if problem:
            raise UnusableLine(problem)
        return person_of(cells, region=self.region, born=self.born, today=self.today)


def note_finding(line: ImportLine, finding: Finding) -> None:
    """Write what was found into a line, which is not saved by this."""
    line.verdict, line.reason = finding.verdict, finding.reason[:300]
    line.candidates, line.twin, line.client = list(finding.candidates), finding.twin, finding.client


def refuse_line(line: ImportLine, why: object) -> None:
    """Write why a line is not taken over; the line is not saved by this."""
    note_finding(line, Finding(verdict=Verdict.REFUSED, reason=str(why)))


def read_people(lines: Sequence[ImportLine], reader: PeopleReader) -> dict[int, ImportedPerson]:
    """The people of some lines by their number; what cannot be read is refused on its line."""
    people = {}
    for line in lines:
        try:
            people[line.number] = reader.read(line)
        except UnusableLine as unusable:
            refuse_line(line, unusable)
    return people


def judge_clients(lines: Sequence[ImportLine], reader: PeopleReader, above: LinesAbove) -> None:
    """Find out what each of some lines is, in the order of the file."""
    people = read_people(lines, reader)
    known = KnownFiles(list(people.values()))
    for line in lines:
        person = people.get(line.number)
        if person is None:
            continue
        finding = known.judge(person)
        twin = above.judge(line.number, person, known.files[person])
        # What a file here tells for certain counts first, then a line above, then what is merely alike.
        if twin is not None and finding.verdict in {Verdict.NEW, Verdict.ASK}:
            finding = twin if twin.verdict is Verdict.MATCHED or finding.verdict is Verdict.NEW else finding
        note_finding(line, finding)
    ImportLine.objects.bulk_update(lines, JUDGED_COLUMNS)


@transaction.atomic
def take_over_clients(run: ImportRun, numbers: Sequence[int], reader: PeopleReader) -> None:
    """Take over those of these lines that nobody has taken over yet."""
    waiting = run.lines.waiting().filter(number__in=numbers)
    lines = list(waiting.select_for_update(of=("self",)).order_by("number"))
    people = read_people(lines, reader)
    known = KnownFiles(list(people.values()))
    twins = clients_of_twins(run, lines)
    told = clients_by_key(key for line in lines for key in [line.client_id, *line.candidates[:1]] if key)
    now, events = timezone.now(), []
    for line in lines:
        if line.number not in people:
            continue
        line.settled_at = now
        client = settle_line(line, people[line.number], known, twins=twins, told=told)
        twins[line.number] = client
        if line.made or line.filled:
            events.append(change_of(client, run))
    ImportLine.objects.bulk_update(lines, SETTLED)
    AccessEvent.objects.bulk_create(events)


def change_of(client: Client, run: ImportRun) -> AccessEvent:
    """The line of the access log for a file that an import opened or filled in."""
    action = AccessEvent.Action.CHANGE
    actor = "staff" if run.by_id else "system"
    return AccessEvent(user_id=run.by_id, actor=actor, action=action, noun="client", client=client.public_id)


def clients_of_twins(run: ImportRun, lines: Sequence[ImportLine]) -> dict[int, Client]:
    """By number of line: the files of the lines above to which some lines point."""
    wanted = {line.twin for line in lines if line.twin is not None}
    done = run.lines.filter(number__in=wanted).exclude(client=None).select_related("client__merged_into")
    return {each.number: each.client.current_file() for each in done if each.client is not None}


def settle_line(
    line: ImportLine, person: ImportedPerson, known: KnownFiles, *, twins: dict[int, Client], told: dict[int, Client]
) -> Client:
    """The file of a line: the one it is matched with, the one that somebody named, or a new one."""
    by_word = line.verdict == Verdict.ASK and line.choice == LineChoice.SAME
    client = None
    if line.verdict == Verdict.MATCHED or by_word:
        key = line.client_id or next(iter(line.candidates), None)
        client = told.get(key) if key else None
        client = client or (twins.get(line.twin) if line.twin is not None else None)
    if client is None and line.choice != LineChoice.NEW:
        certain = known.certain(person)
        client = certain.client if certain else None
        if client is not None:
            line.verdict, line.reason = Verdict.MATCHED, certain.reason if certain else ""
    if client is None:
        return open_imported_file(line, person, known)
    line.client = client
    line.filled = fill_in(client, person, by_word=by_word)
    return client


def open_imported_file(line: ImportLine, person: ImportedPerson, known: KnownFiles) -> Client:
    """A new file for a line; where somebody else opened it in this moment, theirs."""
    file = person.unsaved_file()
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:
        same = Client.objects.same_person(first_name=file.first_name, last_name=file.last_name, email=file.email)
        there = same.open_files().order_by("pk").first()
        if there is None:
            raise
        line.client, line.verdict = there, Verdict.MATCHED
        line.reason = _("Opened meanwhile by somebody else.")
        return there
    known.add(file)
    if line.choice == LineChoice.NEW and line.candidates:
        file.not_duplicates.add(*Client.objects.filter(pk__in=line.candidates))
    line.client, line.made, line.made_version = file, file.public_id, file.row_version
    return file


def fill_in(client: Client, person: ImportedPerson, *, by_word: bool) -> list[str]:
    """Fill in what a file here does not say and the line does; what stands there stays. Returns the columns."""
    names = ("email", *FILLABLE) if by_word else FILLABLE
    filled = [name for name in names if getattr(person, name) and not getattr(client, name)]
    if not filled:
        return []
    current = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    filled = [name for name in filled if not getattr(current, name)]
    for name in filled:
        setattr(current, name, getattr(person, name))
    if "email" in filled and is_taken(current):
        current.email, filled = "", [name for name in filled if name != "email"]
    if filled:
        current.save(update_fields=filled)
    return filled


def is_taken(file: Client) -> bool:
    """Whether another file has this name at this address."""
    same = Client.objects.same_person(first_name=file.first_name, last_name=file.last_name, email=file.email)
    return same.exclude(pk=file.pk).exists()
