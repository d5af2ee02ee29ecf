"""The pages behind the catalogue in the admin: kinds, a kind's entries, one entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.care import Catalogue, CatalogueError
from clients.care.compare import PlanChanges
from clients.catalogue import Data, current_catalogue, current_data, entries_of, hash_of, shipped_entry
from clients.catalogue.admin.fields import FIELDS
from clients.catalogue.admin.forms import EntryForm, form_name, formsets, rows_written
from clients.catalogue.edits import catalogue_with, changed_originals, preview_edit, save_edit, uses_of, withdraw_edit
from clients.models import CatalogueEdit, CatalogueSignature, EntryKind
from clinic.admin.base import Admin
from clinic.models import User
from clinic.web.http import practice_of

Page = Admin[CatalogueEdit]
OWN, EDITED, SHIPPED = "own", "edited", "shipped"
WORDS, DANGERS, SUITS, EVIDENCE = "words", "dangers", "suits", "evidence"


@dataclass(frozen=True)
class EntryRow:
    """An entry in a list: its name, whether it ships, is edited or is the practice's own, and how sure we are."""

    slug: str
    name: str
    state: str
    off: bool
    grade: str
    signed: bool
    url: str


def index_page(page: Page, request: HttpRequest) -> HttpResponse:
    """The kinds of entry with their numbers, the edits, and the edits whose original has changed since."""
    must_see(page, request)
    data = current_data()
    edits = list(CatalogueEdit.objects.select_related("edited_by"))
    kinds = [
        {
            "label": kind.label,
            "count": len(entries_of(data, kind)),
            "edited": sum(edit.kind == kind for edit in edits),
            "url": reverse("admin:catalogue-kind", args=[kind]),
        }
        for kind in EntryKind
    ]
    context = {
        "title": _("Care catalogue"),
        "kinds": kinds,
        "edits": [(edit, entry_url(edit.kind, edit.slug)) for edit in edits],
        "changed": [(each, entry_url(each.edit.kind, each.edit.slug)) for each in changed_originals()],
        "version": current_catalogue().meta.version,
        "signed": CatalogueSignature.objects.exists(),
    }
    return render(page, request, "admin/catalogue/index.html", context)


def kind_page(page: Page, request: HttpRequest, kind: str) -> HttpResponse:
    """Every entry of a kind; `q` looks for a word in its name or slug."""
    must_see(page, request)
    label = label_of(kind)
    words = request.GET.get("q", "").casefold().split()
    rows = [row for row in entry_rows(kind) if all(word in f"{row.name} {row.slug}".casefold() for word in words)]
    context = {"title": label, "rows": rows, "kind": kind, "query": request.GET.get("q", "")}
    return render(page, request, "admin/catalogue/kind.html", context)


def entry_rows(kind: str) -> Iterable[EntryRow]:
    """The entries of a kind as a list shows them."""
    edited = dict(CatalogueEdit.objects.filter(kind=kind).values_list("slug", "replaced"))
    signed = set(CatalogueSignature.objects.filter(kind=kind).values_list("slug", "entry_hash"))
    for slug, entry in entries_of(current_data(), kind).items():
        yield EntryRow(
            slug=slug,
            name=name_of(slug, entry),
            state=SHIPPED if slug not in edited else EDITED if edited[slug] else OWN,
            off=bool(entry.get("off_by_default")),
            grade=str(entry.get("evidence", {}).get("grade", "")),
            signed=(slug, hash_of(entry)) in signed,
            url=entry_url(kind, slug),
        )


def entry_page(page: Page, request: HttpRequest, kind: str, slug: str = "") -> HttpResponse:
    """One entry: edit it, see what an edit would change, take it back, sign it. Without a slug, a new one."""
    must_see(page, request)
    label_of(kind)
    entry = entries_of(current_data(), kind).get(slug) if slug else None
    if slug and entry is None:
        raise Http404
    if request.method == "POST":
        if not page.has_change_permission(request):
            raise PermissionDenied
        if "_withdraw" in request.POST:
            return withdraw(page, request, kind, slug)
        if "_sign" in request.POST and entry is not None:
            return sign(request, kind, slug, entry)
        return edit_entry(page, request, kind, slug, entry)
    return entry_form_page(page, request, kind, slug, entry, *blank(kind, entry))


def blank(kind: str, entry: Data | None) -> tuple[EntryForm, dict[str, Any]]:
    """The form of an entry as it stands."""
    catalogue = current_catalogue()
    return EntryForm(kind=kind, catalogue=catalogue, entry=entry), formsets(kind, entry or {}, catalogue)


def edit_entry(page: Page, request: HttpRequest, kind: str, slug: str, entry: Data | None) -> HttpResponse:
    """Save what was typed, or show what it would change. What is wrong stands beside its field; nothing is lost."""
    catalogue = current_catalogue()
    form = EntryForm(request.POST, kind=kind, catalogue=catalogue, entry=entry)
    rows = formsets(kind, entry or {}, catalogue, request.POST)
    # Each is asked, so that every error is shown at once.
    sound = False not in [each.is_valid() for each in (form, *rows.values())]
    shown = request.POST.get("shown", "")
    if sound and entry is not None and shown != hash_of(entry):
        said = _(
            "Somebody has changed this entry meanwhile. What you typed is kept here; save again to put it in place."
        )
        form.add_error(None, said)
        sound = False
    changes = None
    if sound:
        name = slug or form.cleaned_data["slug"]
        if entry is None and name in entries_of(current_data(), kind):
            form.add_error("slug", _("There is an entry of this name already."))
        else:
            written = form.as_entry(name)
            for key, formset in rows.items():
                if (found := rows_written(formset)) or key in written:
                    written[key] = found
            if done := save_or_preview(request, kind, name, written, form):
                if isinstance(done, HttpResponse):
                    return done
                changes = done
    return entry_form_page(page, request, kind, slug, entry, form, rows, changes=changes)


def save_or_preview(
    request: HttpRequest, kind: str, slug: str, written: dict[str, Any], form: EntryForm
) -> HttpResponse | PlanChanges | None:
    """Save and go to the list, or compare the plans of the latest intakes; None where the catalogue refuses it."""
    try:
        if "_preview" in request.POST:
            after = catalogue_with(kind, slug, written)
            return preview_edit(current_catalogue(), after, region=practice_of(request).country)
        by = request.user if isinstance(request.user, User) else None
        save_edit(kind, slug, written, by=by, reason=form.cleaned_data.get("reason", ""))
    except CatalogueError as error:
        put_beside_fields(form, kind, slug, error)
        return None
    messages.success(request, _("Saved. Plans from now on follow it; plans already given stay as they are."))
    return redirect("admin:catalogue-kind", kind=kind)


def put_beside_fields(form: EntryForm, kind: str, slug: str, error: CatalogueError) -> None:
    """Each problem of the catalogue beside the field that it names; the others on top."""
    fields = {f"{kind}.{slug}.{field.name}": form_name(field) for field in FIELDS[kind]}
    for problem in error.problems:
        place, _colon, said = problem.partition(": ")
        name = next((name for path, name in fields.items() if place == path or place.startswith(f"{path}.")), None)
        form.add_error(name, said if name else problem)


def withdraw(page: Page, request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Back to what ships; an entry of the practice's own goes."""
    edit = CatalogueEdit.objects.filter(kind=kind, slug=slug).first()
    if edit is not None:
        try:
            withdraw_edit(edit)
        except CatalogueError as error:
            said = _("It cannot go: another entry needs it. %(problem)s")
            messages.error(request, said % {"problem": error.problems[0]})
            return redirect("admin:catalogue-entry", kind=kind, slug=slug)
        messages.success(request, _("Done: the entry is as it ships.") if edit.replaced else _("The entry is gone."))
    return redirect("admin:catalogue-kind", kind=kind)


def sign(request: HttpRequest, kind: str, slug: str, entry: Data) -> HttpResponse:
    """Keep that a named reviewer stands for the entry as it is worded now."""
    reviewer, qualification = (request.POST.get(name, "").strip()[:120] for name in ("reviewer", "qualification"))
    if not (reviewer and qualification and isinstance(request.user, User)):
        messages.error(request, _("Please give the reviewer's name and qualification."))
    else:
        CatalogueSignature.objects.create(
            kind=kind,
            slug=slug,
            entry_hash=hash_of(entry),
            catalogue_version=current_catalogue().meta.version,
            reviewer=reviewer,
            qualification=qualification,
            recorded_by=request.user,
        )
        messages.success(request, _("Signed."))
    return redirect("admin:catalogue-entry", kind=kind, slug=slug)


def entry_form_page(
    page: Page,
    request: HttpRequest,
    kind: str,
    slug: str,
    entry: Data | None,
    form: EntryForm,
    rows: Mapping[str, Any],
    *,
    changes: PlanChanges | None = None,
) -> HttpResponse:
    """The form with what stands beside it: the original, where the entry is used, who signed it, what its tags bar."""
    data, catalogue = current_data(), current_catalogue()
    edit = CatalogueEdit.objects.filter(kind=kind, slug=slug).select_related("edited_by").first() if slug else None
    ticked = form["tags"].value() if "tags" in form.fields else ()
    context = {
        "title": name_of(slug, entry) if entry else _("New entry: %(kind)s") % {"kind": label_of(kind)},
        "form": form,
        "parts": parts_of(form),
        "rows": rows,
        "kind": kind,
        "slug": slug,
        "edit": edit,
        "original": original_beside(edit, entry),
        "shown": hash_of(entry) if entry else "",
        "uses": [(use, entry_url(use.kind, use.slug)) for use in uses_of(data, kind, slug)] if slug else [],
        "bars": barred_by(catalogue, ticked or ()),
        "signatures": [
            (each, entry is not None and each.entry_hash == hash_of(entry))
            for each in CatalogueSignature.objects.filter(kind=kind, slug=slug)
        ],
        "changes": changes and comparison_in_words(catalogue, changes),
        "can_change": page.has_change_permission(request),
    }
    return render(page, request, "admin/catalogue/entry.html", context, status=422 if form.errors else 200)


def parts_of(form: EntryForm) -> list[tuple[str, list[BoundField], bool]]:
    """The fields under their headings, and whether a part is open from the start: words first, the rest on a tap."""
    parts: dict[str, list[BoundField]] = {part: [] for part in (WORDS, DANGERS, SUITS, EVIDENCE)}
    for field in form:
        parts[part_of(field.name)].append(field)
    titles = {
        WORDS: _("Words and numbers"),
        DANGERS: _("Dangers"),
        SUITS: _("Whom it suits"),
        EVIDENCE: _("Evidence and sources"),
    }
    return [
        (titles[part], fields, part in (WORDS, DANGERS) or any(field.errors for field in fields))
        for part, fields in parts.items()
        if fields
    ]


def part_of(name: str) -> str:
    """Under which heading a field stands."""
    if name in ("tags", "reason"):
        return DANGERS
    if name.startswith("fit__") or name in ("answers", "relax"):
        return SUITS
    return EVIDENCE if name.startswith("evidence__") or name == "source" else WORDS


def original_beside(edit: CatalogueEdit | None, entry: Data | None) -> list[tuple[str, Any, Any]]:
    """What differs between an edited entry and the one that ships: field, as it ships, as it is now."""
    original = shipped_entry(edit.kind, edit.slug) if edit else None
    if original is None or entry is None:
        return []
    names = dict.fromkeys([*original, *entry])
    return [(name, original.get(name), entry.get(name)) for name in names if original.get(name) != entry.get(name)]


def barred_by(catalogue: Catalogue, tags: Iterable[str]) -> list[tuple[str, list[str]]]:
    """For each danger, the conditions that hold back what carries it."""
    found = []
    for tag in tags:
        names = [
            condition.name
            for condition in catalogue.conditions
            if any(tag in bar.tags and bar.level.holds_back for bar in condition.bars)
        ]
        if tag in catalogue.tags:
            found.append((catalogue.tags[tag].name, names))
    return found


def comparison_in_words(catalogue: Catalogue, changes: PlanChanges) -> dict[str, Any]:
    """The comparison with names for slugs."""
    index = catalogue.index
    names = {
        slug: each.name
        for entries in (index.oils, index.home_care, index.texts, index.techniques, index.recommendations)
        for slug, each in entries.items()
    }
    items = dict.fromkeys([*changes.appears, *changes.disappears, *changes.held_back])
    return {
        "plans": changes.plans,
        "changed": changes.changed,
        "triages": [(*pair, count) for pair, count in changes.triages.items()],
        "levels": [(names.get(slug, slug), old, new, count) for (slug, old, new), count in changes.levels.items()],
        "rows": [
            (names.get(slug, slug), changes.appears[slug], changes.disappears[slug], changes.held_back[slug])
            for slug in items
        ],
    }


def must_see(page: Page, request: HttpRequest) -> None:
    """Raise PermissionDenied for whoever may not look at the catalogue."""
    if not page.has_view_or_change_permission(request):
        raise PermissionDenied


def label_of(kind: str) -> str:
    """The name of a kind. Raises Http404 for what is none."""
    if kind not in EntryKind.values:
        raise Http404
    return str(EntryKind(kind).label).capitalize()


def name_of(slug: str, entry: Data) -> str:
    """What an entry is called in a list."""
    return str(entry.get("name") or entry.get("cite") or entry.get("seed_says") or slug)


def entry_url(kind: str, slug: str) -> str:
    """The page of an entry."""
    return reverse("admin:catalogue-entry", args=[kind, slug])


def render(page: Page, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """An admin page with the site's own context."""
    whole = {**page.admin_site.each_context(request), "opts": page.model._meta, **context}
    return TemplateResponse(request, template, whole, status=status)
