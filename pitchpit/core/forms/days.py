"""Questions about days and times of day, in London."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms.utils import unset_value

from pitchpit.core import clock
from pitchpit.core.days import month_number
from pitchpit.core.forms.checks import Check, between
from pitchpit.core.forms.fields import InFieldset
from pitchpit.core.words import day_in_words, moment_in_words


class DayField(InFieldset):
    """A date in three boxes. A month may be a number or a name. `earliest` and `latest`: a date, or a function that gives one."""

    macro = "date"
    id_param = "id"
    parts: tuple[str, ...] = ("day", "month", "year")
    like = "Enter a date, like 27 11 2026"
    more, less = "a later day", "an earlier day"

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Check] = (),
        *,
        earliest: Any = None,
        latest: Any = None,
        **kwargs: Any,
    ) -> None:
        self.bad: set[str] = set()
        super().__init__(label, [between(earliest, latest, self.shown), *validators], **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if formdata is not None:
            formdata = MultiDict([(self.name, formdata.get(f"{self.name}-{part}", "")) for part in self.parts])
        super().process(formdata, data, extra_filters)

    def understand(self, typed: Sequence[str]) -> Any:
        return self._day(dict(zip(self.parts, (value.strip() for value in typed), strict=True)))

    def _day(self, typed: Mapping[str, str]) -> date:
        if absent := [part for part in ("day", "month", "year") if not typed[part]]:
            raise self._wrong(absent, f"Add the {' and the '.join(absent)}. {self.like}")
        numbers = {**typed, "month": str(month_number(typed["month"]) or typed["month"])}
        if bad := [part for part in ("day", "month", "year") if not re.fullmatch(r"\d{1,4}", numbers[part], re.ASCII)]:
            raise self._wrong(bad, self.like)
        day, month, year = (int(numbers[part]) for part in ("day", "month", "year"))
        if not 1900 <= year <= 2199:
            raise self._wrong(["year"], f"Give the year in four figures. {self.like}")
        if not 1 <= month <= 12:
            raise self._wrong(["month"], f"A month is a number from 1 to 12. {self.like}")
        try:
            return date(year, month, day)
        except ValueError:
            raise self._wrong(["day"], f"That month has no day {day}. {self.like}") from None

    def _wrong(self, parts: Iterable[str], sentence: str) -> ValueError:
        self.bad = set(parts)
        return ValueError(sentence)

    def _saved_parts(self) -> Sequence[str]:
        return [str(self.data.day), str(self.data.month), str(self.data.year)] if self.data else [""] * len(self.parts)

    @property
    def href(self) -> str:
        first = next((part for part in self.parts if part in self.bad), self.parts[0])
        return f"#{self.id}-{first}"

    def as_typed(self, value: date) -> str:
        return day_in_words(value)

    def controls(self) -> dict[str, Any]:
        typed = self.raw_data or self._saved_parts()
        marked = (self.bad or set(self.parts)) if self.errors else set()
        return {
            "items": [
                self._box(part, str(value), part in marked) for part, value in zip(self.parts, typed, strict=True)
            ]
        }

    def _box(self, part: str, value: str, bad: bool) -> dict[str, Any]:
        return {
            "id": f"{self.id}-{part}",
            "name": f"{self.name}-{part}",
            "label": part.capitalize(),
            "value": value,
            "width": {"year": 4, "time": 5}.get(part, 2),
            "inputmode": "text" if part == "time" else "numeric",
            "error": bad,
        }


class MomentField(DayField):
    """A date and a time of day in London, kept as an aware UTC moment. `default_time` fills the time box of a fresh page."""

    parts = ("day", "month", "year", "time")
    like = "Enter a date and a time, like 27 11 2026 at 14:05"

    def __init__(
        self, label: str = "", validators: Sequence[Check] = (), *, default_time: time | None = None, **kwargs: Any
    ) -> None:
        self.default_time = default_time
        super().__init__(label, validators, **kwargs)

    @property
    def is_empty(self) -> bool:
        """A time alone says nothing: the page itself may have filled it."""
        return not any(value.strip() for value in self.raw_data[:3]) if self.raw_data else super().is_empty

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        if any(value.strip() for value in valuelist[:3]):
            self.data = self.understand(valuelist)

    def understand(self, typed: Sequence[str]) -> datetime:
        said = dict(zip(self.parts, (value.strip() for value in typed), strict=True))
        day = self._day(said)
        try:
            moment = clock.london_moment(day, time_from(said["time"]))
        except ValueError:
            raise self._wrong(["time"], "Enter a time, like 14:05 or 2:05pm") from None
        if clock.london(moment).time() != time_from(said["time"]):
            raise self._wrong(["time"], "The clocks go forward that night and skip this hour. Choose another time")
        return moment

    def _saved_parts(self) -> Sequence[str]:
        if not self.data:
            return ["", "", "", self.default_time.strftime("%H:%M") if self.default_time else ""]
        there = clock.london(self.data)
        return [str(there.day), str(there.month), str(there.year), there.strftime("%H:%M")]

    def as_typed(self, value: date) -> str:
        return moment_in_words(cast(datetime, value))


def time_from(text: str) -> time:
    """The time of day somebody typed: 14:05, 14.05, 9, 2:05pm. Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", text.strip().lower(), re.ASCII)
    if not found:
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise ValueError(text)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)
