from typing import Literal

HistoryItemFrom = Literal["agent", "customer"]

HISTORY_ITEM_FROM_VALUES: set[HistoryItemFrom] = {
    "agent",
    "customer",
}


def check_history_item_from(value: str) -> HistoryItemFrom:
    if value in HISTORY_ITEM_FROM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HISTORY_ITEM_FROM_VALUES!r}")
