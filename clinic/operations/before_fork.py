"""What a server reads before it forks: its processes share that memory, and none waits for it with its first work."""

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.module_loading import import_string

from clinic.country.locale import formats_of, tag_of


def read_before_fork() -> None:
    """Read the modules of all pages and their addresses, what every page is made with, and what the settings name.

    Connects to nothing, and so does not know the country yet: English is most of what each country's own English is.
    """
    reverse(settings.LOGIN_URL)
    get_template("base.html")
    formats_of(tag_of("GB"))
    for name in settings.READ_BEFORE_FORK:
        import_string(name)()
