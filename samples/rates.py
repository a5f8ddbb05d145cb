"""The ZUS figures of 2025 and 2026, in grosze and in ten-thousandths."""

from samples.money import share
from samples.periods import Month

PENSION, DISABILITY_INSURED, DISABILITY_PAYER = 976, 150, 650
SICKNESS, ACCIDENT, LABOUR_FUND, GUARANTEE_FUND = 245, 167, 245, 10
HEALTH, HEALTH_FLAT = 900, 490

MINIMUM_WAGE = {2025: 4666_00, 2026: 4806_00}
FORECAST_BASE = {2025: 5203_80, 2026: 5652_00}
"""60 % of the forecast average pay: the lowest base of an owner without reliefs."""
AVERAGE_PAY = {2025: 8549_18, 2026: 9228_64}
"""Average pay of the fourth quarter before: the base of a lump-sum taxpayer's health contribution."""
LUMP_TIERS = ((60_000_00, 6000), (300_000_00, 10_000), (10**12, 18_000))
"""Up to which revenue of the year before, which share of the average pay is the base."""


def owner_base(relief: str, month: Month) -> int:
    """Return the base of an owner's social contributions: ``full`` or ``preferential``."""
    return FORECAST_BASE[month.year] if relief == "full" else share(MINIMUM_WAGE[month.year], 3000)


def lowest_health_base(month: Month) -> int:
    """Return the lowest base of health on scale and flat tax; its year begins in February."""
    if month < Month(2026, 2):
        return share(MINIMUM_WAGE[2025], 7500)
    return MINIMUM_WAGE[2026]
