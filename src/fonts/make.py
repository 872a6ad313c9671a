"""Makes the fonts of the cards, subsets of open fonts merged into one file per style; README.md tells from what and why.

    pip install fonttools brotli
    python make.py FOLDER-WITH-THE-UNPACKED-NPM-PACKAGES
"""

import sys
from pathlib import Path

from fontTools.merge import Merger, Options as MergeOptions
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

PACKAGES = Path(sys.argv[1])

# What each script's font gives: ranges of code points, so that no two fonts give the same one.
RANGES = {
    "common": [
        (0x20, 0x7E), (0xA0, 0x24F), (0x253, 0x253), (0x254, 0x254), (0x257, 0x257), (0x259, 0x259), (0x25B, 0x25B),
        (0x263, 0x263), (0x268, 0x269), (0x272, 0x272), (0x289, 0x289), (0x2B0, 0x2DF), (0x300, 0x345), (0x384, 0x3CE),
        (0x400, 0x45F), (0x48A, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x208E), (0x20A0, 0x20C0), (0x2113, 0x2126),
        (0x2150, 0x215E), (0x2212, 0x2212), (0x25CC, 0x25CC), (0xFB01, 0xFB02), (0xFEFF, 0xFEFF),
    ],
    "armenian": [(0x530, 0x58F), (0xFB13, 0xFB17)],
    "georgian": [(0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)],
    "hebrew": [(0x591, 0x5F4), (0xFB1D, 0xFB4F)],
    "signs": [(0x2190, 0x2193), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265)],
    "arabic": [(0x600, 0x6FF), (0x2E2E, 0x2E2E), (0xFDFC, 0xFDFD)],
}
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern", "liga", "rlig", "calt", "init", "medi", "fina", "isol", "curs"]

# The files made: family, style and weight, and where each script's part comes from.
EXPO = "expo-google-fonts-{0}/package/{1}/{2}_{1}.ttf"
FILES = {
    "serif-semibold.ttf": ("Backgrounder Serif", "SemiBold", 600, {
        "common": EXPO.format("noto-serif-0.4.2", "600SemiBold", "NotoSerif"),
        "armenian": "fontsource-noto-serif-armenian-5.3.0/package/files/noto-serif-armenian-armenian-600-normal.woff2",
        "georgian": "fontsource-noto-serif-georgian-5.3.0/package/files/noto-serif-georgian-georgian-600-normal.woff2",
        "signs": EXPO.format("noto-sans-math-0.4.2", "400Regular", "NotoSansMath"),
        "hebrew": EXPO.format("noto-serif-hebrew-0.4.2", "600SemiBold", "NotoSerifHebrew"),
        "arabic": EXPO.format("noto-naskh-arabic-0.4.5", "600SemiBold", "NotoNaskhArabic"),
    }),
    "sans-regular.ttf": ("Backgrounder Sans", "Regular", 400, {
        "common": EXPO.format("noto-sans-0.4.2", "400Regular", "NotoSans"),
        "armenian": EXPO.format("noto-sans-armenian-0.4.2", "400Regular", "NotoSansArmenian"),
        "georgian": EXPO.format("noto-sans-georgian-0.4.3", "400Regular", "NotoSansGeorgian"),
        "signs": EXPO.format("noto-sans-math-0.4.2", "400Regular", "NotoSansMath"),
        "hebrew": EXPO.format("noto-sans-hebrew-0.4.1", "400Regular", "NotoSansHebrew"),
        "arabic": EXPO.format("noto-sans-arabic-0.4.3", "400Regular", "NotoSansArabic"),
    }),
    "sans-semibold.ttf": ("Backgrounder Sans", "SemiBold", 600, {
        "common": EXPO.format("noto-sans-0.4.2", "600SemiBold", "NotoSans"),
        "armenian": EXPO.format("noto-sans-armenian-0.4.2", "600SemiBold", "NotoSansArmenian"),
        "georgian": EXPO.format("noto-sans-georgian-0.4.3", "600SemiBold", "NotoSansGeorgian"),
        "signs": EXPO.format("noto-sans-math-0.4.2", "400Regular", "NotoSansMath"),
        "hebrew": EXPO.format("noto-sans-hebrew-0.4.1", "600SemiBold", "NotoSansHebrew"),
        "arabic": EXPO.format("noto-sans-arabic-0.4.3", "600SemiBold", "NotoSansArabic"),
    }),
}


def subset(script, path):
    """A font with the letters of a script alone."""
    font = TTFont(PACKAGES / path)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True, glyph_names=False, name_IDs=[0])
    options.drop_tables += ["STAT", "meta", "MATH", "VORG", "BASE", "gasp", "prep", "fpgm", "cvt "]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES[script] for code in range(low, high + 1)])
    subsetter.subset(font)
    if font["head"].unitsPerEm != 1000:
        scale_upem(font, 1000)
    return font


def merged(parts):
    """Fonts of several scripts as one; lines stand as high as the first says."""
    folder = Path("/tmp/backgrounder-fonts")
    folder.mkdir(exist_ok=True)
    paths = []
    for script, path in parts.items():
        font = subset(script, path)
        paths.append(str(folder / f"{script}.ttf"))
        font.save(paths[-1])
    first = TTFont(paths[0])
    font = Merger(options=MergeOptions(drop_tables=["vhea", "vmtx"])).merge(paths)
    for table, field in [("hhea", "ascent"), ("hhea", "descent"), ("hhea", "lineGap"), ("OS/2", "sxHeight")]:
        setattr(font[table], field, getattr(first[table], field))
    return font


def named(font, family, style, weight):
    """Names and dates of our own: a changed font may not bear a reserved name, and the same sources give the same bytes."""
    table = font["name"]
    table.names = []
    notice = "Merged subsets of Noto fonts; SIL Open Font License 1.1, see OFL.txt"
    plain = f"{family} {style}".replace(" ", "")
    for number, text in {0: notice, 1: family, 2: style, 3: plain, 4: f"{family} {style}", 6: plain,
                         13: "SIL Open Font License, Version 1.1"}.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].achVendID = "NONE"
    font["head"].created = font["head"].modified = 0
    font["post"].formatType = 3.0
    font.recalcTimestamp = False
    return font


for name, (family, style, weight, parts) in FILES.items():
    font = named(merged(parts), family, style, weight)
    font.save(Path(__file__).parent / name)
    print(name, (Path(__file__).parent / name).stat().st_size, font["maxp"].numGlyphs, "glyphs")
