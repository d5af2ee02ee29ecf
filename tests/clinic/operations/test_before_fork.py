"""Processes share what is read before they are forked, and read little of their own afterwards."""

import subprocess
import sys

from tests.fixtures.processes import ROOT

# What the libraries of one country and of one page take in a process that has read nothing before: five megabytes.
LITTLE = 1_500_000
READ = """
import sys, tracemalloc
{first}
modules = set(sys.modules)
tracemalloc.start()
from clinic.country.locale import formats_of
from django.template.loader import get_template
formats_of("en-AU")
get_template("base_client.html")
print(tracemalloc.get_traced_memory()[0])
print(*sorted(set(sys.modules) - modules))
"""
SERVERS = {
    "web": "import clinic.wsgi",
    "worker": """
import celery.apps.worker, clinic.operations.__main__
from clinic.celery import app, share_memory
app.loader.import_default_modules()
share_memory()
""",
}


def run(script: str) -> list[str]:
    """What a Python of its own prints, by the lines."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_a_process_reads_little_of_its_own_for_its_first_page_or_mail() -> None:
    for first in SERVERS.values():
        size, modules = run(READ.format(first=first))
        assert int(size) < LITTLE
        assert modules == ""


def test_without_that_each_process_would_hold_it_alone() -> None:
    size, modules = run(READ.format(first="import django; django.setup()"))
    assert int(size) > 2 * LITTLE
    assert "django.template.loaders.cached" in modules.split()


def test_no_server_loads_what_a_person_at_a_terminal_would_use() -> None:
    for first in SERVERS.values():
        (loaded,) = run(f"import sys\n{first}\nprint(*sorted(sys.modules))")
        assert not {"prompt_toolkit", "click_repl", "celery.bin.celery", "IPython"} & set(loaded.split())
