from typing import Literal

OptionsDeliveryType0 = Literal["flagged", "strict"]

OPTIONS_DELIVERY_TYPE_0_VALUES: set[OptionsDeliveryType0] = {
    "flagged",
    "strict",
}


def check_options_delivery_type_0(value: str) -> OptionsDeliveryType0:
    if value in OPTIONS_DELIVERY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OPTIONS_DELIVERY_TYPE_0_VALUES!r}")
