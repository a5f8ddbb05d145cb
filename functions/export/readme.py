"""The page that explains an export to whoever opens it years later."""

from __future__ import annotations

from datetime import datetime

from portal import pages
from portal.domain.errors import _

_TEXT = _("""Dane biura {office} z portalu KonektoSmart
Stan z {moment}. Firm: {firms}.

Tabele (CSV; otwiera je Excel i LibreOffice: UTF-8, średniki, przecinek dziesiętny)
  firmy.csv           wszystkie firmy ze wszystkimi danymi
  osoby.csv           pracownicy biura i użytkownicy firm
  kwoty.csv           składki ZUS, podatki i zestawienia każdej firmy i każdego miesiąca:
                      co widzi biuro, co widzi klient, co wycofano
  historia-kwot.csv   każdy krok każdej kwoty: kto, kiedy, jaka kwota
  wydarzenia.csv      co zrobiono z firmami, osobami i ustawieniami: kto, kiedy i skąd

To samo w całości dla programów (JSON; kwoty w groszach, czas w UTC)
  firmy/NUMER_ID.json        wszystko o jednej firmie:
                             firm – dane firmy, people – użytkownicy, records – kwoty (current – to, co widzi biuro,
                             published – to, co widzi klient, withdrawn – wycofane, steps – historia),
                             events – wydarzenia, others – pozostałe zapisy
  biuro/biuro.json           dane biura, pracownicy, agenci i spis firm
  biuro/wydarzenia.json      wydarzenia biura
  biuro/numery.json          do której firmy należy który NIP, PESEL lub REGON
  biuro/problemy-agentow.json  czego agenci nie odczytali
  biuro/eksporty.json        wcześniejsze pobrania
  biuro/archiwa.json         pliki ZIP z dokumentami z ostatnich 30 dni
  biuro/limit.json           zapis pomocniczy wersji testowej
  biuro/logo.png             logo biura, jeżeli jest

Komórka tabeli, która zaczynałaby się jak formuła, ma na początku apostrof: to zabezpieczenie, nie część danych.
W plikach nie ma haseł ani tokenów agentów: portal zna tylko ich skróty i ich nie wydaje.
Plik zawiera dane osobowe i finansowe. Przechowuj go tak jak księgi klientów.
""")


def readme(office: str, firms: int, now: datetime) -> bytes:
    """In Polish, with the line ends that Notepad wants too."""
    text = pages.translate(_TEXT).format(office=office, firms=firms, moment=pages.moment(now))
    return text.replace("\n", "\r\n").encode("utf-8-sig")
