"""Demo identifiers with valid check digits, made by a rule: they belong to nobody that we know of."""

from datetime import date

from samples.dice import Dice

NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def demo_nip(kind: str, key: str) -> str:
    """Return the NIP of a demo firm (``512 00…``) or counterparty (``512 99…``)."""
    start = {"firm": "51200", "counterparty": "51299"}[kind]
    serial = Dice("nip", kind, key).between(0, 9999)
    while (check := _nip_check(f"{start}{serial:04d}")) == 10:
        serial = (serial + 1) % 10_000
    return f"{start}{serial:04d}{check}"


def zus_account(nip: str) -> str:
    """Return a demo ZUS account (NRS): valid control digits, bank, three made-up digits, NIP."""
    bban = f"60000002026{Dice('nrs', nip).between(0, 999):03d}{nip}"
    return f"{98 - int(f'{bban}252100') % 97:02d}{bban}"


def ksef_number(nip: str, day: date, *name: object) -> str:
    """Return a demo KSeF number with a valid checksum."""
    body = f"{nip}-{day:%Y%m%d}-{Dice('ksef', nip, day, *name).hexadecimal(12)}"
    return f"{body}-{_crc8(body.encode()):02X}"


def _nip_check(digits: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(NIP_WEIGHTS, digits, strict=True)) % 11


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc
