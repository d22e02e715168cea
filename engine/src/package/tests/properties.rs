//! Rendition properties, prefixes, fallbacks, manifest and spine oddities.

use super::*;

#[test]
fn rendition_properties_of_the_book_and_of_one_page() {
    let book = package(
        "<meta property='rendition:layout'>pre-paginated</meta><meta property='rendition:orientation'>landscape</meta>\
         <meta property='rendition:spread'>both</meta><meta property='rendition:flow'>paginated</meta>\
         <meta property='rendition:viewport'>width=1200, height=800</meta>\
         <meta property='rendition:layout'>reflowable</meta><meta property='rendition:flow' refines='#a'>auto</meta>",
        ONE.0,
        "<spine><itemref idref='a' properties='rendition:layout-reflowable rendition:orientation-portrait rendition:spread-none \
            rendition:flow-scrolled-continuous rendition:page-spread-center rendition:align-x-center'/>\
         <itemref idref='a' properties='page-spread-right layout-unknown'/><itemref idref='a' properties='x:layout-pre-paginated'/></spine>",
    );
    let whole = &book.rendition;
    assert_eq!(
        (
            whole.layout,
            whole.orientation,
            whole.spread,
            whole.flow,
            whole.viewport
        ),
        (
            Some("pre-paginated"),
            Some("landscape"),
            Some("both"),
            Some("paginated"),
            Some((1200, 800))
        )
    );
    let page = &book.spine[0].page;
    let own = &page.rendition;
    assert_eq!(
        (own.layout, own.orientation, own.spread, own.flow),
        (
            Some("reflowable"),
            Some("portrait"),
            Some("none"),
            Some("scrolled-continuous")
        )
    );
    assert_eq!((page.page, page.align_x), (Some("center"), Some("center")));
    assert_eq!(book.spine[1].page.page, Some("right"));
    assert_eq!(book.spine[1].page.rendition.layout, None, "no such value");
    assert_eq!(
        book.spine[2].page.rendition.layout, None,
        "no such vocabulary"
    );
}

#[test]
fn prefixes_of_the_books_own_are_followed() {
    let read = |prefix: &str| {
        let text = format!(
            "<package prefix='{prefix}'><metadata><meta property='r:layout'>pre-paginated</meta>\
             <meta property='m:active-class'>on</meta></metadata><manifest>{}</manifest>\
             <spine><itemref idref='a' properties='r:spread-none'/></spine></package>",
            ONE.0
        );
        Package::parse(&text, "p.opf", "", &Limits::default()).unwrap()
    };
    let book = read(
        "r: http://www.idpf.org/vocab/rendition/# m: http://www.idpf.org/epub/vocab/overlays/#",
    );
    assert!(book.rendition.is_fixed());
    assert_eq!(book.spine[0].page.rendition.spread, Some("none"));
    assert_eq!(book.overlays.active_class.as_deref(), Some("on"));
    assert!(!read("r: http://example.org/other#").rendition.is_fixed());
}

#[test]
fn older_names_of_fixed_layout_are_known() {
    let book = package(
        "<meta name='fixed-layout' content='true'/><meta name='orientation-lock' content='portrait'/>\
         <meta name='original-resolution' content='758x1024'/>",
        ONE.0,
        ONE.1,
    );
    assert_eq!(
        (
            book.rendition.layout,
            book.rendition.orientation,
            book.rendition.viewport
        ),
        (Some("pre-paginated"), Some("portrait"), Some((758, 1024)))
    );
    let mut book = package(
        "<meta property='rendition:orientation'>auto</meta>",
        ONE.0,
        ONE.1,
    );
    book.rendition.add_display_options(
        "<display_options><platform name='*'><option name='fixed-layout'>true</option>\
         <option name='orientation-lock'>landscape-only</option></platform></display_options>",
    );
    assert!(book.rendition.is_fixed());
    assert_eq!(book.rendition.orientation, Some("auto"), "the package wins");
}

#[test]
fn fallback_chains_end_join_and_go_round() {
    let book = package(
        "",
        "<item id='a' href='a' media-type='x/a' fallback='c'/><item id='b' href='b' media-type='x/b' fallback='c'/>\
         <item id='c' href='c' media-type='x/c' fallback='d'/><item id='d' href='d' media-type='x/d' fallback='a'/>\
         <item id='e' href='e' media-type='x/e' fallback='ghost'/><item id='f' href='f' media-type='x/f' fallback='f'/>",
        "<spine><itemref idref='a'/></spine>",
    );
    assert_eq!(book.fallbacks(0), [0, 2, 3]);
    assert_eq!(book.fallbacks(1), [1, 2, 3, 0]);
    assert_eq!((book.fallbacks(4), book.fallbacks(5)), (vec![4], vec![5]));
}

#[test]
fn overlays_classes_and_durations_are_read() {
    let book = package(
        "<meta property='media:duration'>0:10:00</meta><meta property='media:duration' refines='#s'>32.5s</meta>\
         <meta property='media:active-class'>-epub-on</meta><meta property='media:playback-active-class'>playing</meta>\
         <meta property='media:duration' refines='#ghost'>1s</meta>",
        "<item id='a' href='a.xhtml' media-type='application/xhtml+xml' media-overlay='s'/><item id='s' href='a.smil' media-type='application/smil+xml'/>",
        "<spine><itemref idref='a'/></spine>",
    );
    let overlays = &book.overlays;
    assert_eq!(overlays.duration, Some(600.0));
    assert_eq!(overlays.durations.get(&1), Some(&32.5));
    assert_eq!(overlays.durations.len(), 1);
    assert_eq!(
        (
            overlays.active_class.as_deref(),
            overlays.playback_active_class.as_deref()
        ),
        (Some("-epub-on"), Some("playing"))
    );
    assert_eq!(book.items[0].overlay, Some(1));
    let two = package(
        "<meta property='media:active-class'>two words</meta>",
        ONE.0,
        ONE.1,
    );
    assert_eq!(two.overlays.active_class, None);
}

#[test]
fn bindings_collections_and_tours_do_no_harm() {
    let text = format!(
        "<package><metadata/><manifest>{}</manifest><spine toc='none'><itemref idref='a'/><itemref idref='a'/></spine>\
         <bindings><mediaType media-type='x/y' handler='a'/></bindings><tours><tour id='t' title='T'><site title='S' href='a.xhtml'/></tour></tours>\
         <collection role='index'><link href='a.xhtml'/><collection role='index-group'><metadata><title>other</title></metadata></collection></collection></package>",
        ONE.0
    );
    let book = Package::parse(&text, "p.opf", "", &Limits::default()).unwrap();
    assert_eq!((book.spine.len(), book.items.len()), (2, 1));
    assert_eq!(book.metadata.title, "");
    assert!(book.guide.is_empty());
}
