"""Errors of the bytes that a request is made of: what is no HTTP, comes too slowly, or breaks off."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry

TRANSPORT = (
    Entry(
        "request.malformed",
        S.BAD_REQUEST,
        "The request cannot be understood",
        "The request breaks the rules of HTTP.",
        "Check the client or what stands between it and the service.",
        "The request cannot be understood.",
    ),
    Entry(
        "request.too_slow",
        S.REQUEST_TIMEOUT,
        "The request came too slowly",
        "The head of a request, or a small body, has to arrive within seconds; a large body has to keep coming.",
        "Send it again, over a better connection.",
        "The request did not arrive in time.",
    ),
    Entry(
        "request.head_too_long",
        S.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The head of the request is too long",
        "There are too many headers, or one is too long.",
        "Send fewer or shorter headers; large values belong into the body.",
        "The head of the request is longer than 65536 bytes, or has more than 100 headers.",
    ),
    Entry(
        "request.address_too_long",
        S.REQUEST_URI_TOO_LONG,
        "The address is too long",
        "An address may have 4094 characters, with its query.",
        "Shorten it; large values belong into the body.",
        "The address is longer than 4094 characters.",
    ),
    Entry(
        "request.upload_incomplete",
        S.BAD_REQUEST,
        "The body broke off",
        "Fewer bytes arrived than were announced; nothing was stored.",
        "Send it again.",
        "The body broke off after 990 of 1000 bytes.",
    ),
    Entry(
        "request.not_acceptable",
        S.NOT_ACCEPTABLE,
        "The answer is not to be had in such a form",
        "`Accept` names none of the forms in which this address answers.",
        "Leave `Accept` out for the form of the body, or name one of those that are listed.",
        "`Accept` is `image/png`; answers are `application/json` or `text/csv`.",
    ),
)
