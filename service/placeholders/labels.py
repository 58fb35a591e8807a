"""Tells from the words in front of a number that it names a thing: an order, a parcel, a part."""

from __future__ import annotations

import re

from guardrails.values.identity_numbers import is_reference

THING = (
    r"orders?|confirmation|customer|bookings?|reservations?|tracking|parcels?|shipments?|consignments?|items?|articles?|serials?|models?|lot"
    r"|batch|barcode|ean|isbn|imei|sim|sku|vouchers?|coupons?|gift ?cards?|codes?|tags?|receipts?|invoices?|bills?"
    r"|tickets?|notices?|cases?|claims?|complaints?|incidents?|policy|policies|contracts?|subscriptions?|transactions?"
    r"|references?|ref|pnr|meter|mpan|mprn|readings?|version|build|firmware|device|licen[cs]e key|key|keys|part|flight"
    r"|train|seat|room|oyster|smartcard|member(?:ship)?|loyalty|miles|folio|job|sheets?|chat|posting|eori|vat"
    r"|commande|bestellung|bestellnummer|sendung(?:snummer)?|auftrag|rechnung(?:snummer)?|vorgang|schadennummer|vertrag"
    r"|kundennummer|pedido|factura|reserva|envío|ordine|ordini|fattura|polizza|pratica|spedizione|zamówienie|numer"
    r"|bestelling|factuur|zending|encomenda|fatura|order"
)
BEFORE = re.compile(
    rf"\b(?:{THING})\W{{0,3}}(?:(?:numbers?|num|no|nr|nummer|n[°ºr]|numéro|número|numero|id|code|ref)\W{{0,3}})?"
    r"(?:(?:is|was|and|were|ist|est|es|di|de|von) )?[#(\"']?\Z",
    re.IGNORECASE,
)
INSIDE = re.compile(r"[^\W_][-/_]\Z|[#№]\s?\Z")
WINDOW = 40


def names_thing(plain: str, start: int) -> bool:
    """Whether the words in front say that the number there is that of a thing, or it is the end of a longer code."""
    window = max(0, start - WINDOW)
    return bool(
        is_reference(plain, start) or BEFORE.search(plain, window, start) or INSIDE.search(plain, window, start)
    )
