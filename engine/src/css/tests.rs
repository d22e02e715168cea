use super::*;

/// Knows `local.*`, and one sheet to import.
struct Local;

impl References for Local {
    fn resource(&self, url: &str) -> Option<String> {
        url.starts_with("local").then(|| format!("r/{url}"))
    }
    fn import(&self, url: &str) -> Option<Import> {
        match url {
            "inline.css" => Some(Import::Inline("i{}".into())),
            "link.css" => Some(Import::Link("7.css".into())),
            _ => None,
        }
    }
}

fn sheet(css: &str) -> String {
    Rewriter {
        references: &Local,
        depth: 32,
        most: usize::MAX,
    }
    .sheet(css)
}

fn style(css: &str) -> String {
    declarations(css, &Local, 32)
}

#[test]
fn local_urls_are_mapped_in_every_form() {
    for css in [
        "url(local.png)",
        "url('local.png')",
        "url( \"local.png\" )",
        "u\\72l(local.png)",
        "URL(local.png)",
    ] {
        assert_eq!(
            style(&format!("background:{css}")),
            "background:url(\"r/local.png\")",
            "{css}"
        );
    }
    assert_eq!(
        style("background:image-set(url(local.a) 1x, \"local.b\" 2x)"),
        "background:image-set(url(\"r/local.a\") 1x, \"r/local.b\" 2x)"
    );
}

#[test]
fn nothing_remote_survives() {
    let cases = [
        "background:url(http://evil.example/x)",
        "background:url('//evil.example/x')",
        "background:image-set(url(http://evil.example/x) 1x)",
        "background:image-set('http://evil.example/x' 1x)",
        "background:-webkit-image-set(\"http://evil.example/x\" 1x)",
        "background:image('http://evil.example/x')",
        "background:cross-fade('http://evil.example/x', red)",
        "background:src('http://evil.example/x')",
        "background:src(var(--evil.example))",
        "background:url(\\68ttp://evil.example/x)",
        "--a:url(http://evil.example/x);background:var(--a)",
        "cursor:url(http://evil.example/x),auto",
        "behavior:url(http://evil.example/x)",
        "-moz-binding:url('http://evil.example/x#x')",
        "width:expression(alert('evil.example'))",
        "background:image-set(var(--x,'evil.example') 1x)",
        "background:image-set(attr(data-x,'evil.example') 1x)",
        "@import 'http://evil.example/x';",
        "background:src('http://evil.example/x' crossorigin(anonymous))",
        "background:filter('http://evil.example/x', blur(1px))",
        "background:-webkit-filter(\"http://evil.example/x\", blur(1px))",
        "background:-moz-image-rect('http://evil.example/x', 0, 0, 1, 1)",
        "background:IMAGE-SET(\"http://evil.example/x\" type('image/png') 1x)",
        "background:image-set((('http://evil.example/x')) 1x)",
        "background:image-set(env(x,'http://evil.example/x') 1x)",
        "background:image-set(if(else: 'http://evil.example/x') 1x)",
        "background:cross-fade(image-set('http://evil.example/x' 1x) 50%, red)",
        "content:image-set('http://evil.example/x' 1x)",
        "mask:url(http://evil.example/x#m);mask-image:image('http://evil.example/x')",
        "cursor:image-set('http://evil.example/x' 1x), pointer",
        "list-style-image:url( \"http://evil.example/x\" )",
        "border-image-source:url('http://evil.example/x')",
        "shape-outside:url(http://evil.example/x)",
        "offset-path:url(http://evil.example/x#p)",
        "filter:url(http://evil.example/x#f);clip-path:url('//evil.example/x#c')",
        "src:url(//evil.example/f.woff2) format('woff2'), url('http://evil.example/f.ttf')",
        "-ms-behavior:url(http://evil.example/x.htc)",
        "be\\68 avior:url(http://evil.example/x.htc)",
        "\\2d moz-binding:url(http://evil.example/x#y)",
        "width:exp\\72 ession(document.location='http://evil.example/')",
        "background:\\75rl(http://evil.example/x)",
        "background:\\000075\\000072\\00006C(http://evil.example/x)",
        "background:URL(HTTP://evil.example/x)",
        "background:url(\\\nhttp://evil.example/x)",
        "background:url(\t\n http://evil.example/x )",
        "background:url(data:image/svg+xml,http://evil.example)",
        "background:url(javascript:'evil.example')",
        "--x:image-set('http://evil.example/x' 1x)",
        "--x:{background:url(http://evil.example/x)}",
        "--x:[url(http://evil.example/x)]",
    ];
    for css in cases {
        let out = style(css);
        assert!(!out.contains("evil.example"), "{css} -> {out}");
        let out = sheet(&format!("@media screen{{a{{{css}}}}}"));
        assert!(!out.contains("evil.example"), "{css} -> {out}");
    }
    for css in [
        "@import url(http://evil.example/a.css);",
        "@import 'http://evil.example/a.css' screen;",
        "@\\69mport 'http://evil.example';",
        "@IMPORT url('http://evil.example/a.css') layer(x) supports(display:grid) screen;",
        "@import/**/'http://evil.example/a.css';",
        "@import src('http://evil.example/a.css');",
        "@charset \"utf-7\";@import 'http://evil.example/a.css';",
        "<!-- @import 'http://evil.example/a.css'; -->",
        "\u{FEFF}\u{FEFF}@import 'http://evil.example/a.css';",
        "@font-face{font-family:x;src:url(http://evil.example/f.woff)}",
        "@font-face{font-family:x;src:src('http://evil.example/f.woff')}",
        "@page{background:url(http://evil.example/x)}",
        "@page :first{@top-left{content:url(http://evil.example/x)}}",
        "@property --x{syntax:'<url>';inherits:true;initial-value:url(http://evil.example/x)}",
        "@counter-style x{symbols:url(http://evil.example/x)}",
        "@layer a{b{background:url(http://evil.example/x)}}",
        "@scope (a) to (b){c{background:url(http://evil.example/x)}}",
        "@container (width>1px){c{background:url(http://evil.example/x)}}",
        "@supports (background:url(http://evil.example/x)){a{b:c}}",
        "@document url(http://evil.example/){a{b:c}}",
        "@font-feature-values x{@styleset{a:url(http://evil.example/x)}}",
        "@keyframes x{from{background:url(http://evil.example/x)}}",
        "@color-profile --x{src:url(http://evil.example/x)}",
        "@view-transition{types:url(http://evil.example/x)}",
        "@function --f(){result:image-set('http://evil.example/x' 1x)}",
        "a{b{&:hover{background:url(http://evil.example/x)}}}",
        "a[href='x']{background:url(http://evil.example/x)",
        "a{background:url(http://evil.example/x",
        "a{background:url('http://evil.example/x",
        "a{background:image-set('http://evil.example/x",
    ] {
        assert!(!sheet(css).contains("evil.example"), "{css}");
    }
}

#[test]
fn a_string_kept_in_a_variable_cannot_become_a_url() {
    let out = style("--s:'http://evil.example/';background:image-set(var(--s) 1x)");
    assert!(!out.contains("var(--s)"), "{out}");
}

#[test]
fn imports_are_inlined_with_their_media() {
    assert_eq!(sheet("@charset 'x';@import 'inline.css';a{}"), "i{}\na{}");
    assert_eq!(
        sheet("@import url(inline.css) screen and (min-width:1px);"),
        "@media screen and (min-width:1px){i{}}\n"
    );
    assert_eq!(
        sheet("@import url(link.css) print;"),
        "@import \"7.css\" print;"
    );
    assert_eq!(sheet("a{@import 'inline.css';}b{}"), "a{}b{}");
}

#[test]
fn epub_names_become_standard() {
    assert_eq!(
        style("-epub-hyphens:auto;-epub-text-orientation: vertical-right"),
        "hyphens:auto;text-orientation: mixed"
    );
    assert_eq!(style("-epub-unknown:auto"), "-epub-unknown:auto");
    assert_eq!(
        sheet("@namespace epub \"http://www.idpf.org/2007/ops\";[epub|type~='noteref']{}"),
        "@namespace epub \"http://www.idpf.org/2007/ops\";[data-epub-type~=\"noteref\"]{}"
    );
    assert_eq!(
        sheet("@namespace url(http://www.w3.org/1999/xhtml);"),
        "@namespace \"http://www.w3.org/1999/xhtml\";"
    );
}

#[test]
fn ordinary_rules_are_copied() {
    let css = "a > b:nth-child(2n+1)::before{content:\"\\201C\";margin:-.5em 0 1e3px;color:#FFF!important}\n@font-face{unicode-range:U+0025-00FF,u+4??}";
    let out = sheet(css);
    assert!(out.contains("a > b:nth-child(2n+1)::before{content:\"\u{201C}\";margin:-.5em 0 1e3px;color:#FFF!important}"), "{out}");
    assert!(out.contains("unicode-range:U+0025-00FF,u+4??"), "{out}");
}

#[test]
fn broken_sheets_end_in_time_and_balance() {
    assert_eq!(sheet("a{b:c"), "a{b:c}");
    let deep = "{".repeat(100_000);
    let out = sheet(&deep);
    assert!(out.len() < 200, "{}", out.len());
    assert!(!sheet("a{content:'</style><script>'}").contains("</style"));
}

#[test]
fn css_depth_and_css_bytes_cut_a_sheet() {
    let small = Rewriter {
        references: &Local,
        depth: 2,
        most: usize::MAX,
    };
    assert_eq!(
        small.sheet("@media x{@media y{a{b:c}}}"),
        "@media x{@media y{a{}}}"
    );
    let short = Rewriter {
        references: &Local,
        depth: 9,
        most: 4,
    };
    assert!(short.sheet("abcd{}efgh{}").len() < 8);
}

#[test]
fn what_is_dropped_keeps_its_neighbours_apart() {
    let cases = [
        "background:ur)l(//evil.example/x)",
        "background:ur]l(//evil.example/x)",
        "background:ur<!--l(//evil.example/x)",
        "background:ur@charset 'x';l(//evil.example/x)",
        "background:ur@import 'x';l(//evil.example/x)",
        "background:ur@namespace;l(//evil.example/x)",
        "background:ur\u{1}l(//evil.example/x)",
        "background:ur\u{C}l(//evil.example/x)",
        "background:ur\u{7F}l(//evil.example/x)",
        "background:ur\u{FFFF}l(//evil.example/x)",
        "a:/)* '*/;background:url(//evil.example/x);/*'",
        "a:/behavior:x;* '*/;background:url(//evil.example/x);/*'",
        "@im)port 'http://evil.example/x';",
        "background:image-)set('http://evil.example/x' 1x)",
        "background:ur\"\nl(//evil.example/x)",
    ];
    for css in cases {
        for out in [style(css), sheet(&format!("a{{{css}}}")), sheet(css)] {
            // As a browser reads it: controls that markup drops are gone.
            let read: String = out
                .chars()
                .filter(|c| matches!(c, '\n') || !c.is_control() && *c != '\u{FFFF}')
                .collect();
            let mut found = Vec::new();
            fetched(&mut cssparser::Parser::new(&read), false, &mut found);
            assert_eq!(found, Vec::<String>::new(), "{css:?} -> {out:?}");
        }
    }
}

/// What a browser would ask for: every URL, and the strings of `@import` and `image-set()`.
fn fetched(parser: &mut cssparser::Parser<'_>, strings: bool, found: &mut Vec<String>) {
    use cssparser::Token;
    let mut import = false;
    while let Ok(token) = parser.next().cloned() {
        match &token {
            Token::UnquotedUrl(url) => found.push(url.to_string()),
            Token::QuotedString(url) if strings || import => found.push(url.to_string()),
            Token::AtKeyword(name) => import = name.eq_ignore_ascii_case("import"),
            Token::Semicolon => import = false,
            _ => {}
        }
        let inner = match &token {
            Token::Function(name) => Some(
                name.eq_ignore_ascii_case("url")
                    || name.to_ascii_lowercase().ends_with("image-set"),
            ),
            Token::ParenthesisBlock | Token::CurlyBracketBlock | Token::SquareBracketBlock => {
                Some(false)
            }
            _ => None,
        };
        if let Some(strings) = inner {
            let _ = parser.parse_nested_block(|inner| -> Result<(), cssparser::ParseError<()>> {
                fetched(inner, strings, found);
                Ok(())
            });
        }
    }
    found.retain(|url| url != "about:invalid");
}

#[test]
fn an_inlined_sheet_does_not_grow_onto_what_stands_before() {
    assert_eq!(sheet("a@import 'inline.css';b{}"), "a/**/i{}\nb{}");
    assert_eq!(sheet("@charset 'x';@import 'inline.css';"), "i{}\n");
}

#[test]
fn a_backslash_at_the_end_swallows_no_bracket() {
    assert_eq!(sheet("a{b:c(\\"), "a{b:c(\u{FFFD})}");
    assert_eq!(style("b:c(\\\\"), "b:c(\\\\)");
}

#[test]
fn an_attribute_cannot_be_made_a_reference() {
    for css in [
        "background:attr(title type(<image>))",
        "background:image-set(attr(title) 1x)",
        "background:attr(title url)",
        "--x:attr(title type(<url>), none)",
        "background:src(attr(title))",
    ] {
        let out = style(css);
        assert!(!out.contains("attr("), "{css} -> {out}");
    }
    assert_eq!(style("content:attr(title)"), "content:attr(title)");
    assert_eq!(
        style("content:attr(xlink|href, 'x')"),
        "content:attr(xlink|href, \"x\")"
    );
}

#[test]
fn rules_that_group_and_name_are_kept() {
    for css in [
        "@layer base, theme;@layer base{a{b:c}}",
        "@scope (.a) to (.b){img{border:1px solid}}",
        "@container page (inline-size > 30em){p{columns:2}}",
        "@supports (display:grid) and (not (display:inline-grid)){p{display:grid}}",
        "@media screen and (min-width:10em), print{a{b:c}}",
        "@page :left{margin:1in;size:a5}",
        "@property --x{syntax:\"\\3c length>\";inherits:false;initial-value:1px}",
        "@counter-style x{system:cyclic;symbols:\"\u{2023}\";suffix:\" \"}",
        "@keyframes k{from{opacity:0}50%{opacity:.5}to{opacity:1}}",
        "ul{li{&::marker{color:red}}}",
        "p{background:paint(x),element(#y);width:calc(100% - var(--x, 2em))}",
        "a:is(b,c):not(.d)>e~f+g{position:fixed;inset:0}",
    ] {
        assert_eq!(sheet(css), css);
    }
}

#[test]
fn an_import_after_a_rule_is_ignored_as_in_browsers() {
    assert_eq!(sheet("a{}@import 'inline.css';b{}"), "a{}b{}");
    assert_eq!(
        sheet("@layer x;@import 'inline.css';b{}"),
        "@layer x;i{}\nb{}"
    );
}

#[test]
fn an_import_behind_inlined_rules_is_put_in_front() {
    assert_eq!(
        sheet(
            "@import 'inline.css';@import 'link.css' print;@import 'inline.css';@import 'link.css';a{}"
        ),
        "@import \"7.css\" print;@import \"7.css\";i{}\ni{}\na{}"
    );
    let many = format!("@import 'inline.css';{}", "@import 'link.css';".repeat(200));
    assert_eq!(sheet(&many).matches("@import").count(), 64);
}

#[test]
fn every_epub_property_becomes_the_standard_one() {
    let cases = [
        ("-epub-writing-mode:tb-rl", "writing-mode:vertical-rl"),
        ("-EPUB-Writing-Mode:Vertical-RL", "writing-mode:Vertical-RL"),
        ("-epub-text-combine:horizontal", "text-combine-upright:all"),
        (
            "-epub-text-combine-horizontal:digits 2",
            "text-combine-upright:digits 2",
        ),
        (
            "-epub-text-emphasis:filled dot red",
            "text-emphasis:filled dot red",
        ),
        ("-epub-text-emphasis-style:'x'", "text-emphasis-style:\"x\""),
        (
            "-epub-text-emphasis-position:over right",
            "text-emphasis-position:over right",
        ),
        ("-epub-text-emphasis-color:#f00", "text-emphasis-color:#f00"),
        (
            "-epub-text-transform:-epub-fullwidth",
            "text-transform:full-width",
        ),
        (
            "-epub-text-underline-position:below",
            "text-underline-position:under",
        ),
        ("-epub-text-align-last:justify", "text-align-last:justify"),
        ("-epub-line-break:strict", "line-break:strict"),
        ("-epub-word-break:keep-all", "word-break:keep-all"),
        ("-epub-hyphens:all", "hyphens:auto"),
        ("-epub-ruby-position:under", "ruby-position:under"),
        ("-epub-caption-side:bottom", "caption-side:bottom"),
        (
            "-epub-text-orientation:sideways-right",
            "text-orientation:sideways",
        ),
        ("-epub-speak-as:spell-out", "speak-as:spell-out"),
        ("-epub-voice-volume:loud", "voice-volume:loud"),
        ("-epub-cue-before:none", "cue-before:none"),
    ];
    for (written, standard) in cases {
        assert_eq!(style(written), standard);
    }
}

#[test]
fn no_mark_at_the_beginning_hides_a_function() {
    assert_eq!(
        sheet("\u{FEFF}\u{FEFF}url(//evil.example){}"),
        "url(\"about:invalid\"){}"
    );
}

#[test]
fn a_dropped_string_does_not_become_part_of_the_word_before_it() {
    assert_eq!(
        style("background:image-set(x'http://evil.example/x')"),
        "background:image-set(x/**/url(\"about:invalid\"))"
    );
    assert_eq!(
        style("background:image-set(x\\ 'http://evil.example/x' 1x)"),
        "background:image-set(x\\ /**/url(\"about:invalid\") 1x)"
    );
}

#[test]
fn the_block_of_a_dropped_statement_is_dropped_with_it() {
    for statement in [
        "@charset ",
        "@charset \"x\"",
        "@import ",
        "@import url(a'b)",
        "@import \"inline.css\" ",
        "@namespace x \"y\" ",
    ] {
        let css = format!("a{{}}{statement}{{b{{background:url(http://evil.example/x)}}}} c{{}}");
        let out = sheet(&css);
        assert!(
            !out.contains("evil.example") && out.contains("c{}"),
            "{css}\n{out}"
        );
    }
}

#[test]
fn a_blank_that_css_takes_for_a_letter_is_not_cut_from_a_name() {
    for blank in ['\u{A0}', '\u{B}', '\u{85}', '\u{2003}', '\u{3000}'] {
        let css = format!("{blank}url(http://evil.example/x)");
        let out = style(&css);
        assert!(!out.starts_with("url("), "{blank:?} -> {out}");
        let found = value(&css, &Local, 32);
        assert!(!found.starts_with("url("), "{blank:?} -> {found}");
    }
    assert_eq!(style(" \t\r\n\u{C}color:red\u{C} "), "color:red");
}

#[test]
fn an_escaped_control_is_written_as_a_bare_one_would_be() {
    for css in [
        "@namespace a\\99 b url(http://www.w3.org/1999/xhtml);",
        "a{b:\"\\99 \"}",
        "a{background:\\99 url(x)}",
    ] {
        let once = sheet(css);
        assert_eq!(sheet(&once), once, "{css}");
    }
}
