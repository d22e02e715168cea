//! One test for each field that refinements make.

use super::*;
use crate::Metadata;

fn read(metadata: &str) -> Metadata {
    package(metadata, ONE.0, ONE.1).metadata
}

/// Reads metadata below a `package` with these attributes.
fn read_in(attributes: &str, metadata: &str) -> Metadata {
    let text = format!(
        "<package {attributes}><metadata>{metadata}</metadata><manifest>{}</manifest>{}</package>",
        ONE.0, ONE.1
    );
    Package::parse(&text, "OPS/p.opf", "", &Limits::default())
        .unwrap()
        .metadata
}

#[test]
fn titles_of_all_types_stand_in_their_display_order() {
    let metadata = read(
        "<dc:title id='e'>Second edition</dc:title><dc:title id='s'>Sub</dc:title>\
         <dc:title id='m'>Main</dc:title><dc:title id='c'>The Cycle</dc:title>\
         <dc:title id='h'>M</dc:title><dc:title id='x'>The Cycle: Main: Sub</dc:title>\
         <meta refines='#e' property='title-type'>edition</meta><meta refines='#e' property='display-seq'>4</meta>\
         <meta refines='#s' property='title-type'>subtitle</meta><meta refines='#s' property='display-seq'>3</meta>\
         <meta refines='#m' property='title-type'>main</meta><meta refines='#m' property='display-seq'>2</meta>\
         <meta refines='#c' property='title-type'>collection</meta><meta refines='#c' property='display-seq'>1</meta>\
         <meta refines='#h' property='title-type'>short</meta>\
         <meta refines='#x' property='title-type'>expanded</meta>",
    );
    assert_eq!(
        (metadata.title.as_str(), metadata.subtitle.as_deref()),
        ("Main", Some("Sub"))
    );
    let order: Vec<(&str, Option<&str>)> = metadata
        .titles
        .iter()
        .map(|title| (title.text.as_str(), title.kind.as_deref()))
        .collect();
    assert_eq!(
        order,
        [
            ("The Cycle", Some("collection")),
            ("Main", Some("main")),
            ("Sub", Some("subtitle")),
            ("Second edition", Some("edition")),
            ("M", Some("short")),
            ("The Cycle: Main: Sub", Some("expanded")),
        ]
    );
    // Without a main one it is the first that is not something else.
    let metadata = read(
        "<dc:title id='s'>Sub</dc:title><dc:title>Plain</dc:title><meta refines='#s' property='title-type'>subtitle</meta>",
    );
    assert_eq!(metadata.title, "Plain");
}

#[test]
fn names_in_other_scripts_are_kept_with_their_languages() {
    let metadata = read_in(
        "xml:lang='ja' dir='rtl'",
        "<dc:title id='t'>吾輩は猫である</dc:title>\
         <meta refines='#t' property='alternate-script' xml:lang='ja-Latn'>Wagahai wa neko de aru</meta>\
         <dc:creator id='c' xml:lang='ja-Jpan'>夏目漱石</dc:creator>\
         <meta refines='#c' property='alternate-script' xml:lang='en'>Natsume Sōseki</meta>\
         <meta refines='#c' property='file-as'>Natsume, Sōseki</meta>",
    );
    assert_eq!(metadata.titles[0].language.as_deref(), Some("ja"));
    assert_eq!(
        metadata.titles[0].alternates["ja-Latn"],
        "Wagahai wa neko de aru"
    );
    let author = &metadata.creators[0];
    assert_eq!(
        (author.language.as_deref(), author.sort_as.as_deref()),
        (Some("ja-Jpan"), Some("Natsume, Sōseki"))
    );
    assert_eq!(author.alternates["en"], "Natsume Sōseki");
    assert_eq!(
        (metadata.text_language.as_deref(), metadata.text_direction),
        (Some("ja"), Direction::Rtl)
    );
}

#[test]
fn roles_are_relators_whatever_they_are_written_as() {
    let metadata = read(
        "<dc:creator id='a'>A</dc:creator><meta refines='#a' property='role' scheme='marc:relators'>aut</meta>\
         <meta refines='#a' property='role'>ill</meta>\
         <dc:creator id='b'>B</dc:creator><meta refines='#b' property='role' scheme='onix:codelist17'>B06</meta>\
         <dc:contributor opf:role='Narrator'>C</dc:contributor><dc:contributor opf:role='bkp'>D</dc:contributor>\
         <dc:creator id='e'>E</dc:creator><meta refines='#e' property='display-seq'>1</meta>\
         <meta property='media:narrator'>F</meta><meta property='media:narrator'>C</meta>",
    );
    assert_eq!(metadata.authors, ["E", "A"], "in display order");
    assert_eq!(metadata.creators[1].roles, ["aut", "ill"]);
    let others: Vec<(&str, &str)> = metadata
        .contributors
        .iter()
        .map(|one| (one.name.as_str(), one.roles[0].as_str()))
        .collect();
    assert_eq!(
        others,
        [("B", "trl"), ("C", "nrt"), ("D", "bkp"), ("F", "nrt")]
    );
}

#[test]
fn collections_nest_and_the_outermost_series_is_the_books() {
    let metadata = read(
        "<meta property='belongs-to-collection' id='set'>Works</meta><meta refines='#set' property='collection-type'>set</meta>\
         <meta property='belongs-to-collection' refines='#world' id='cycle'>Second cycle</meta>\
         <meta refines='#cycle' property='collection-type'>series</meta><meta refines='#cycle' property='group-position'>1</meta>\
         <meta property='belongs-to-collection' id='world'>World</meta><meta refines='#world' property='collection-type'>series</meta>\
         <meta refines='#world' property='group-position'>4.1.2</meta><meta refines='#world' property='dcterms:identifier'>urn:issn:1234</meta>",
    );
    assert_eq!(
        (metadata.series.as_deref(), metadata.series_index),
        (Some("World"), Some(4.1))
    );
    let names: Vec<(&str, Option<&str>)> = metadata
        .collections
        .iter()
        .map(|one| (one.name.as_str(), one.within.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            ("Works", None),
            ("Second cycle", Some("World")),
            ("World", None)
        ]
    );
    assert_eq!(
        metadata.collections[2].identifier.as_deref(),
        Some("urn:issn:1234")
    );
    // A name alone is a set, with a number it is a series; calibre's names are one too.
    let plain = "<meta property='belongs-to-collection' id='x'>X</meta>";
    assert_eq!(read(plain).series, None);
    let numbered = format!("{plain}<meta refines='#x' property='group-position'>7</meta>");
    assert_eq!(read(&numbered).series_index, Some(7.0));
    let calibre = "<meta name='calibre:series' content='C'/><meta name='calibre:series_index' content='2.50'/>";
    let metadata = read(calibre);
    assert_eq!(
        (metadata.series.as_deref(), metadata.series_index),
        (Some("C"), Some(2.5))
    );
}

#[test]
fn isbns_are_found_by_scheme_urn_or_number_and_the_unique_identifier_comes_first() {
    for (identifiers, expected) in [
        (
            "<dc:identifier opf:scheme='ISBN'>0-306-40615-2</dc:identifier>",
            Some("0306406152"),
        ),
        (
            "<dc:identifier>urn:isbn:9783161484100</dc:identifier>",
            Some("9783161484100"),
        ),
        (
            "<dc:identifier>978-3-16-148410-0</dc:identifier>",
            Some("9783161484100"),
        ),
        (
            "<dc:identifier id='i'>9783161484100</dc:identifier><meta refines='#i' property='identifier-type' scheme='onix:codelist5'>15</meta>",
            Some("9783161484100"),
        ),
        (
            "<dc:source>urn:isbn:9783161484100</dc:source>",
            Some("9783161484100"),
        ),
        (
            "<dc:identifier opf:scheme='ISBN'>9783161484101</dc:identifier>",
            None,
        ),
        ("<dc:identifier>0306406152</dc:identifier>", None),
    ] {
        assert_eq!(read(identifiers).isbn.as_deref(), expected, "{identifiers}");
    }
    let metadata = read(
        "<dc:identifier opf:scheme='ASIN'>B00X</dc:identifier><dc:identifier>10.1000/182</dc:identifier>\
         <dc:identifier id='u'>6BA7B810-9DAD-11D1-80B4-00C04FD430C8</dc:identifier>",
    );
    assert_eq!(
        metadata.identifiers[0],
        "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"
    );
    let uris: Vec<Option<&str>> = metadata
        .named_identifiers
        .iter()
        .map(|one| one.uri.as_deref())
        .collect();
    assert_eq!(
        uris,
        [
            Some("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            None,
            Some("https://doi.org/10.1000/182"),
        ]
    );
    assert_eq!(
        metadata.named_identifiers[1].scheme.as_deref(),
        Some("ASIN")
    );
}

#[test]
fn accessibility_is_read_from_both_versions_and_from_links() {
    let version_3 = "<meta property='schema:accessMode'>textual</meta><meta property='schema:accessModeSufficient'>textual,visual</meta>\
        <meta property='schema:accessibilityFeature'>MathML</meta><meta property='schema:accessibilityHazard'>none</meta>\
        <meta property='schema:accessibilitySummary'>Good.</meta><meta property='a11y:certifiedBy' id='who'>Somebody</meta>\
        <meta property='a11y:certifierCredential' refines='#who'>Gold</meta><link rel='a11y:certifierReport' refines='#who' href='https://example.org/r'/>\
        <link rel='dcterms:conformsTo' href='http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aa'/>\
        <meta property='dcterms:conformsTo'>EPUB Accessibility 1.1 - WCAG 2.1 Level AA</meta><meta property='a11y:exemption'>eaa-microenterprise</meta>";
    let version_2 = "<meta name='schema:accessMode' content='textual'/><meta name='schema:accessModeSufficient' content='textual,visual'/>\
        <meta name='schema:accessibilityFeature' content='MathML'/><meta name='schema:accessibilityHazard' content='none'/>\
        <meta name='schema:accessibilitySummary' content='Good.'/><meta name='a11y:certifiedBy' content='Somebody'/>\
        <meta name='a11y:certifierCredential' content='Gold'/><meta name='a11y:certifierReport' content='https://example.org/r'/>\
        <meta name='dcterms:conformsTo' content='EPUB Accessibility 1.1 - WCAG 2.1 Level AA'/>\
        <meta name='dcterms:conformsTo' content='http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aa'/>\
        <meta name='a11y:exemption' content='eaa-microenterprise'/>";
    for written in [version_3, version_2] {
        let found = read(written);
        assert_eq!(found.access_modes, ["textual"]);
        assert_eq!(found.access_modes_sufficient, ["textual,visual"]);
        assert_eq!(found.accessibility_features, ["MathML"]);
        assert_eq!(found.accessibility_hazards, ["none"]);
        assert_eq!(found.accessibility_summary.as_deref(), Some("Good."));
        assert_eq!(found.certified_by.as_deref(), Some("Somebody"));
        assert_eq!(found.certifier_credential.as_deref(), Some("Gold"));
        assert_eq!(
            found.certifier_report.as_deref(),
            Some("https://example.org/r")
        );
        assert_eq!(
            found.conforms_to,
            [
                "EPUB Accessibility 1.1 - WCAG 2.1 Level AA",
                "http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aa",
            ]
        );
        assert_eq!(found.accessibility_exemptions, ["eaa-microenterprise"]);
    }
}

#[test]
fn dates_sources_rights_languages_and_records_are_kept() {
    let metadata = read(
        "<dc:date>2020-02-03</dc:date><meta property='dcterms:modified'>2021-01-01T00:00:00Z</meta><dc:date/>\
         <dc:source>urn:isbn:9783161484100</dc:source><dc:rights>Public domain</dc:rights>\
         <dc:language>en_US</dc:language><meta property='schema:numberOfPages'>312</meta>\
         <link rel='record' href='meta.xml' media-type='application/xml' properties='onix'/>\
         <link rel='acquire alternate' href='https://example.org/b'/><link rel='nothing'/>",
    );
    assert_eq!(metadata.published.as_deref(), Some("2020-02-03"));
    assert_eq!(metadata.modified.as_deref(), Some("2021-01-01T00:00:00Z"));
    assert_eq!(metadata.source.as_deref(), Some("urn:isbn:9783161484100"));
    assert_eq!(metadata.rights.as_deref(), Some("Public domain"));
    assert_eq!(
        (metadata.languages[0].as_str(), metadata.pages),
        ("en-US", Some(312))
    );
    assert_eq!(metadata.links.len(), 2);
    assert_eq!(metadata.links[0].properties, ["onix"]);
    assert_eq!(metadata.links[1].rel, ["acquire", "alternate"]);
    let issued = read("<meta property='dcterms:issued'>1999</meta>");
    assert_eq!(issued.published.as_deref(), Some("1999"));
}

#[test]
fn texts_and_values_of_metadata_are_capped() {
    let limits = Limits {
        metadata_chars: 3,
        metadata_values: 2,
        ..Limits::default()
    };
    let text = format!(
        "<package><metadata><title>123456</title><subject>a</subject><subject>b</subject><subject>c</subject>\
         <creator>A</creator><creator>B</creator><creator>C</creator></metadata><manifest>{}</manifest>{}</package>",
        ONE.0, ONE.1
    );
    let metadata = Package::parse(&text, "p.opf", "", &limits)
        .unwrap()
        .metadata;
    assert_eq!(metadata.title, "123");
    assert_eq!((metadata.subjects.len(), metadata.authors.len()), (2, 2));
}
