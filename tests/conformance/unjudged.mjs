// Tests that are not judged, each with its reason: `null` ("N/A") in the report.
const scripting = "scripting is optional (EPUB Reading Systems 3.3, 6.2) and this reader never runs a book's scripts; the test's own text says that it needs them";

export const unjudged = {
  "lay-pp-layout-duplication": "it tests EPUBCheck, not a reading system (“passes if EPUBCheck returns an error”)",
  "ocf-url_origin": scripting,
  "ocf-url_parse-leaking-relative": scripting,
  "ocf-url_parse-path-absolute": scripting,
  "pkg-linked-records": "linked records are optional and not read; the test's text asks for `null` then",
  "scr-not-support_ccscript-modify-size": `${scripting} (“the test is not relevant”)`,
  "scr-readingsystem-features": scripting,
  "scr-readingsystem-support_iframe": scripting,
  "scr-support": scripting,
  "scr-support_iframe": scripting,
  "scr-support_origin": scripting,
  "scr-support_origin_unique": scripting,
  "scr-support_svg": scripting,
};
