//! Navigation documents and NCX files.

use super::*;
use crate::package::toc::Entry;

fn nav(text: &str) -> Contents {
    read_contents(
        Some(("nav.xhtml", text)),
        None,
        ("p.opf", &[]),
        "",
        &Limits::default(),
    )
}

fn titles(list: &[Entry]) -> Vec<&str> {
    list.iter().map(|entry| entry.title.as_str()).collect()
}

#[test]
fn every_kind_of_list_in_a_nav_is_kept() {
    let list = |kind: &str, title: &str| {
        format!("<nav {kind}><h2>H</h2><ol><li><a href='a.xhtml'>{title}</a></li></ol></nav>")
    };
    let text: String = [
        ("epub:type='toc' hidden=''", "toc"),
        ("epub:type='landmarks' hidden='hidden'", "marks"),
        ("epub:type='page-list'", "1"),
        ("epub:type='loi'", "figure"),
        ("epub:type='lot'", "table"),
        ("epub:type='loa'", "sound"),
        ("epub:type='lov'", "film"),
        ("epub:type='lob'", "other"),
        ("epub:type='toc'", "a second one"),
    ]
    .iter()
    .map(|(kind, title)| list(kind, title))
    .collect();
    let found = nav(&text);
    assert_eq!(titles(&found.toc), ["toc"]);
    assert_eq!(titles(&found.landmarks), ["marks"]);
    assert_eq!(titles(&found.pages), ["1"]);
    for (kind, title) in [
        ("loi", "figure"),
        ("lot", "table"),
        ("loa", "sound"),
        ("lov", "film"),
    ] {
        assert_eq!(titles(&found.lists[kind]), [title], "{kind}");
    }
    let other = &found.lists["lists"][0];
    assert_eq!(
        (other.title.as_str(), titles(&other.children)),
        ("H", vec!["other"])
    );
}

#[test]
fn navs_under_another_prefix_by_role_or_without_a_type_are_found() {
    for kind in [
        "ops:type='toc'",
        "role='doc-toc'",
        "",
        "role='navigation'",
        "type='toc'",
    ] {
        let found = nav(&format!(
            "<nav {kind}><ul><li><a href='a'>A</a></li></ul></nav>"
        ));
        assert_eq!(titles(&found.toc), ["A"], "{kind}");
    }
    let found = nav("<nav role='doc-pagelist'><ol><li><a href='a#1'>1</a></li></ol></nav>");
    assert_eq!(titles(&found.pages), ["1"]);
}

#[test]
fn titles_come_from_text_pictures_and_attributes_without_ruby() {
    let found = nav(
        "<nav epub:type='toc'><ol><li><a href='1'><img src='x' alt='Picture'/></a></li><li><a href='2' title='Attribute'><i/></a></li>\
         <li><a href='3'><img src='x' title='Named'/></a></li><li><a href='4'><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字</a></li>\
         <li><span>Heading</span><ol><li><a href='5'>Below <b>it</b></a></li></ol></li><li><p><a href='6'>Wrapped</a></p></li>\
         <li><a href='7' aria-label='Spoken'/></li></ol></nav>",
    );
    assert_eq!(
        titles(&found.toc),
        [
            "Picture",
            "Attribute",
            "Named",
            "漢字",
            "Heading",
            "Wrapped",
            "Spoken"
        ]
    );
    let heading = &found.toc[4];
    assert_eq!(
        (&heading.target, titles(&heading.children)),
        (&None, vec!["Below it"])
    );
}

const NCX: &str = "<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src='a.xhtml'/></navPoint></navMap>\
    <pageList><pageTarget value='3'><content src='a.xhtml#p3'/></pageTarget></pageList>\
    <navList class='lot'><navLabel><text>L</text></navLabel><navTarget><navLabel><text>T1</text></navLabel><content src='a.xhtml#t'/></navTarget></navList>\
    <navList><navLabel><text>List of Illustrations</text></navLabel><navTarget><navLabel><text>F1</text></navLabel><content src='a.xhtml#f'/></navTarget></navList>\
    <navList id='x'><navLabel><text>Notes</text></navLabel><navTarget><navLabel><text>N1</text></navLabel><content src='a.xhtml#n'/></navTarget></navList></ncx>";

#[test]
fn pages_and_lists_of_an_ncx_are_kept() {
    let found = read_contents(
        None,
        Some(("t.ncx", NCX)),
        ("p.opf", &[]),
        "",
        &Limits::default(),
    );
    assert_eq!(
        titles(&found.pages),
        ["3"],
        "the value stands in for a label"
    );
    assert_eq!(titles(&found.lists["lot"]), ["T1"]);
    assert_eq!(titles(&found.lists["loi"]), ["F1"]);
    let other = &found.lists["lists"][0];
    assert_eq!(
        (other.title.as_str(), titles(&other.children)),
        ("Notes", vec!["N1"])
    );
}

#[test]
fn with_nav_and_ncx_both_are_kept_and_an_empty_nav_gives_way() {
    let both = |nav: &str| {
        read_contents(
            Some(("nav.xhtml", nav)),
            Some(("t.ncx", NCX)),
            ("p.opf", &[]),
            "",
            &Limits::default(),
        )
    };
    let found = both("<nav epub:type='toc'><ol><li><a href='b.xhtml'>Nav</a></li></ol></nav>");
    assert_eq!(
        (titles(&found.toc), titles(&found.second)),
        (vec!["Nav"], vec!["One"])
    );
    assert_eq!(
        titles(&found.pages),
        ["3"],
        "what the nav lacks comes from the NCX"
    );
    let same = both("<nav epub:type='toc'><ol><li><a href='a.xhtml'>One</a></li></ol></nav>");
    assert!(same.second.is_empty(), "the same twice is once");
    for empty in [
        "",
        "<nav epub:type='toc'/>",
        "<nav epub:type='toc'><ol><li><span>no link</span></li></ol></nav>",
        "<html><na",
    ] {
        assert_eq!(titles(&both(empty).toc), ["One"], "{empty}");
    }
}
