#!/usr/bin/env python3
"""Makes the fonts of this folder from Debian's packages. See README.md."""

import os
import subprocess
import sys

from fontTools.ttLib import TTCollection, TTFont

HERE = os.path.dirname(os.path.abspath(__file__))
GARAMOND = "/usr/share/fonts/opentype/ebgaramond/EBGaramond12-%s.otf"
NOTO = "/usr/share/fonts/truetype/noto/Noto%s-Regular.ttf"
CJK = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SIMPLIFIED = 2  # the collection's face whose default forms are those of the mainland

# Latin, Greek, Cyrillic, marks, punctuation, currency, letterlike, number forms, arrows, ligatures.
WESTERN = "0020-052F,0E3F,1D00-1DBF,1E00-1FFF,2000-206F,2070-209F,20A0-20C0,2100-218F,2190-21FF,2200-22FF,25A0-25FF,2600-266F,A720-A7FF,FB00-FB06"
# (name, source, characters, layout features)
SIMPLE = [
    ("roman.otf", GARAMOND % "Regular", WESTERN, "kern,liga,mark,mkmk,ccmp,locl,smcp,c2sc,lnum"),
    ("italic.otf", GARAMOND % "Italic", WESTERN, "kern,liga,mark,mkmk,ccmp,locl,lnum"),
    ("arabic.ttf", "/usr/share/fonts/opentype/fonts-hosny-amiri/Amiri-Regular.ttf",
     "0020-007E,00A0,00AB,00BB,060C-06FF,0750-077F,08A0-08FF,200C-200F,2010-2026,2039,203A,FD3E,FD3F", "*"),
    ("hebrew.ttf", NOTO % "SerifHebrew", "0020-0040,005B-0060,00A0,0591-05F4,200C-200F,2010-2026,FB1D-FB4F", "*"),
    ("thai.ttf", NOTO % "SerifThai", "0020-0040,00A0,0E01-0E5B,200C-200F", "*"),
    ("devanagari.ttf", NOTO % "SerifDevanagari", "0020-0040,00A0,0900-0963,0964-097F,200C-200F,25CC", "*"),
    ("bengali.ttf", NOTO % "SerifBengali", "0020-0040,00A0,0964,0965,0980-09FF,200C-200F,25CC", "*"),
    ("tamil.ttf", NOTO % "SerifTamil", "0020-0040,00A0,0964,0965,0B80-0BFF,200C-200F,25CC", "*"),
    ("georgian.ttf", NOTO % "SerifGeorgian", "0020-0040,00A0,10A0-10FF,1C90-1CBF,2D00-2D2F", "*"),
    ("armenian.ttf", NOTO % "SerifArmenian", "0020-0040,00A0,0531-058F,FB13-FB17", "*"),
]


def double_byte(encoding, leads, trails=range(0x40, 0xFF)):
    """The characters of a part of a two-byte character set."""
    found = set()
    for lead in leads:
        for trail in trails:
            try:
                text = bytes([lead, trail]).decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                found.add(ord(text))
    return found


HIGH = range(0xA1, 0xFF)
JAPANESE = double_byte("euc_jp", range(0xB0, 0xD0), HIGH)  # JIS X 0208, level 1


def east_asian():
    """GB 2312, Big5 level 1, JIS X 0208, KS X 1001's syllables, kana, bopomofo, wide forms."""
    found = double_byte("gb2312", range(0xB0, 0xF8), HIGH)
    found |= double_byte("big5", range(0xA4, 0xC7))
    found |= double_byte("euc_jp", range(0xB0, 0xF5), HIGH)
    found |= double_byte("euc_kr", range(0xB0, 0xC9), HIGH)
    for first, last in [(0x3000, 0x303F), (0x3041, 0x30FF), (0x3105, 0x312F), (0x31F0, 0x31FF),
                        (0xFF01, 0xFF65), (0x2010, 0x2026)]:
        found |= set(range(first, last + 1))
    return found


def subset(source, target, *options):
    subprocess.run(
        ["pyftsubset", source, f"--output-file={target}", "--no-hinting", "--notdef-outline",
         "--name-IDs=0,1,2,5,13,14", "--name-languages=0x409", "--drop-tables+=DSIG,VORG,vhea,vmtx,BASE,FFTM,VDMX,LTSH,hdmx,gasp",
         *options],
        check=True,
    )


def rename(path, family):
    """A font that was changed may not bear a reserved name."""
    font = TTFont(path)
    for record in list(font["name"].names):
        if record.nameID == 1:
            record.string = family
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames[0] = family.replace(" ", "")
        for key in ("FullName", "FamilyName"):
            if hasattr(top.topDictIndex[0], key):
                setattr(top.topDictIndex[0], key, family)
    font.save(path)


def without_rare_forms(scratch):
    """The simplified face, its Japanese forms kept for the characters of everyday Japanese only."""
    font = TTCollection(CJK).fonts[SIMPLIFIED]
    everyday = {font.getBestCmap()[c] for c in JAPANESE if c in font.getBestCmap()}
    table = font["GSUB"].table
    for script in table.ScriptList.ScriptRecord:
        for language in script.Script.LangSysRecord:
            if language.LangSysTag != "JAN ":
                continue
            for at in language.LangSys.FeatureIndex:
                feature = table.FeatureList.FeatureRecord[at]
                if feature.FeatureTag != "locl":
                    continue
                for lookup in feature.Feature.LookupListIndex:
                    for sub in table.LookupList.Lookup[lookup].SubTable:
                        sub = getattr(sub, "ExtSubTable", sub)
                        if hasattr(sub, "mapping"):
                            sub.mapping = {k: v for k, v in sub.mapping.items() if k in everyday}
    font.save(scratch)


def main():
    for name, source, characters, features in SIMPLE:
        target = os.path.join(HERE, name)
        subset(source, target, f"--unicodes={characters}", f"--layout-features={features}")
        rename(target, "Bindery Cover " + name.split(".")[0].title())
    scratch = os.path.join(HERE, "scratch.otf")
    without_rare_forms(scratch)
    target = os.path.join(HERE, "east-asian.otf")
    unicodes = ",".join(f"{c:04X}" for c in sorted(east_asian()))
    listed = os.path.join(HERE, "scratch.txt")
    with open(listed, "w") as out:
        out.write(unicodes)
    subset(scratch, target, f"--unicodes-file={listed}", "--layout-features=locl",
           "--layout-scripts=hani.JAN,kana.JAN")
    rename(target, "Bindery Cover East Asian")
    os.remove(scratch)
    os.remove(listed)


if __name__ == "__main__":
    sys.exit(main())
