"""Addresses of the API. Whatever else is asked below it is a problem document too, never an HTML page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.types import DictStrAny

from booking.api.keys import SCOPE_MARK, ProgramKey
from booking.api.practice_appointments import appointments_router
from booking.api.practice_clients import clients_router
from booking.api.problems import InvalidRequest, answer_with_problems, not_found, with_problem_documents
from booking.api.views import router
from clinic.web.http import HttpRequest


class ObjectParser(Parser):
    """Takes a JSON object as a body and nothing else: a list would leave every field at its default."""

    def parse_body(self, request: Any) -> DictStrAny:
        """The object that was sent. Raises Invalid for anything else."""
        body: Any = super().parse_body(request)
        if not isinstance(body, dict):
            raise InvalidRequest({"body": [_("Please send a JSON object.")]})
        return body


class DescribedAPI(NinjaAPI):
    """An API whose own description tells problem documents from plain JSON."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI document. OpenAPI 3.1 lets every security requirement name the scopes that it asks for."""
        document = super().get_openapi_schema(**kwargs)
        for path in document["paths"].values():
            for operation in path.values():
                if scope := operation.pop(SCOPE_MARK, None):
                    operation["security"] = [{ProgramKey.__name__: [scope]}]
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return document


api = DescribedAPI(
    title="Warmstone booking",
    version="1.0.0",
    description=(
        "Services, free times and appointments of one massage practice. Errors are RFC 9457 problem documents. "
        "What stands below practice/ is for the practice's own programs, by a key."
    ),
    docs_url=None,
    urls_namespace="api",
    parser=ObjectParser(),
)
api.add_router("", router)
api.add_router("practice/", appointments_router)
api.add_router("practice/", clients_router)
answer_with_problems(api)


def unknown_address(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have."""
    return not_found(request, Http404())


def with_problem_405(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """The pattern with its view open to programs and its 405 a problem document."""
    if isinstance(pattern, URLPattern):
        # The framework serves its own description to any verb.
        view = require_safe(pattern.callback) if pattern.name == "openapi-json" else pattern.callback
        pattern.callback = with_problem_documents(view)
    return pattern


app_name = "api"
_patterns, _app, _namespace = api.urls
urlpatterns = [*map(with_problem_405, _patterns), re_path(r"", with_problem_documents(unknown_address), name="nowhere")]
