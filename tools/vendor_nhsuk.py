"""Vendor the NHS design system: take its published package, leave behind what is not ours to use.

    npm pack nhsuk-frontend@10.6.1
    python tools/vendor_nhsuk.py nhsuk-frontend-10.6.1.tgz

Kept: the minified style sheet, the minified script and the four small arrow and cross images the style sheet names.
Left behind: the NHS logo, icons and share images (trade marks of the Secretary of State), and the two rules that
would fetch the Frutiger typeface from another host (it may be used under a licence of one's own only).
Changed: blue and button green become custom properties, so that `static/css/pitchpit.css` gives the colours.
"""

import re
import sys
import tarfile
from pathlib import Path

VERSION = "10.6.1"
TARGET = Path(__file__).resolve().parent.parent / "static" / "vendor" / f"nhsuk-frontend-{VERSION}"
DIST = "package/dist/nhsuk/"
IMAGES = ("arrow-down", "arrow-up", "arrow-up-down", "cross")

# Colours that stand for the NHS brand, and the property that takes the place of each.
BRAND = {
    "#005eb8": "--pp-accent",
    "#004b93": "--pp-accent-dark",
    "#0055a6": "--pp-accent-dark",
    "#003d78": "--pp-accent-dark",
    "#00478a": "--pp-accent-dark",
    "#003087": "--pp-accent-dark",
    "#7c2855": "--pp-accent-dark",
    "#002f5c": "--pp-accent-darkest",
    "#337ec6": "--pp-accent-line",
    "#669ed4": "--pp-accent-line",
    "#c7dcef": "--pp-accent-pale",
    "#d9e7f4": "--pp-accent-paler",
    "#edf4fa": "--pp-accent-palest",
}
BUTTON = {
    "#007f3b": "--pp-button",
    "#00662f": "--pp-button-dark",
    "#00401e": "--pp-button-darkest",
}
# A tag keeps its own colours: there, blue is the meaning.
TAG = re.compile(r"^\.nhsuk-tag\b")

LICENCE = """MIT Licence

Copyright (c) NHS England

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def recoloured(css: str) -> str:
    """The style sheet with brand colours as custom properties, rule by rule."""

    def rule(match: re.Match[str]) -> str:
        selector, body = match.groups()
        if TAG.match(selector):
            return match.group(0)
        for colour, name in BRAND.items():
            body = body.replace(colour, f"var({name})")
        if "nhsuk-button" in selector:
            for colour, name in BUTTON.items():
                body = body.replace(colour, f"var({name})")
        return f"{selector}{{{body}}}"

    return re.sub(r"([^{}]+)\{([^{}]*)\}", rule, css)


def neutral(css: str) -> str:
    """The style sheet without Frutiger, without another host, with our own colours and image addresses."""
    css, fonts = re.subn(r"@font-face\{[^}]*\}", "", css)
    if fonts != 2:
        raise SystemExit(f"Expected two @font-face rules, found {fonts}: read the new style sheet before vendoring it.")
    css = css.replace("Frutiger W01,", "").replace("/assets/images/", "images/")
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = recoloured(css)
    for unwanted in ("https://", "http://", "Frutiger"):
        if unwanted in css:
            raise SystemExit(f"The style sheet still holds {unwanted}: read it before vendoring it.")
    return css


def vendor(package: Path) -> None:
    """Write the kept files under `static/vendor`."""
    with tarfile.open(package) as archive:

        def text(name: str) -> str:
            member = archive.extractfile(DIST + name)
            if member is None:
                raise SystemExit(f"The package has no {name}.")
            return member.read().decode()

        (TARGET / "images").mkdir(parents=True, exist_ok=True)
        css = neutral(text(f"nhsuk-frontend-{VERSION}.min.css"))
        (TARGET / "nhsuk-frontend.min.css").write_text(css.rstrip() + "\n")
        script = re.sub(r"//# sourceMappingURL=.*", "", text(f"nhsuk-frontend-{VERSION}.min.js"))
        (TARGET / "nhsuk-frontend.min.js").write_text(script.rstrip() + "\n")
        for image in IMAGES:
            name = f"nhsuk-icon-{image}.svg"
            (TARGET / "images" / name).write_text(text(f"assets/images/{name}").rstrip() + "\n")
        (TARGET / "LICENCE.txt").write_text(LICENCE)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Give the package: python tools/vendor_nhsuk.py nhsuk-frontend-10.6.1.tgz")
    vendor(Path(sys.argv[1]))
