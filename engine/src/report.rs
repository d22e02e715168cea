//! What the caller learns about a book that was rendered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Format;

/// The result of a render.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The format found.
    pub format: Format,
    /// What the book says about itself.
    pub metadata: Metadata,
    /// Number of slices; the last is `slices - 1`.
    pub slices: u32,
    /// Bytes put into the sink, all files together.
    pub bytes: u64,
    /// Damage and oddities that did not stop the render, in the book's order.
    pub warnings: Vec<Warning>,
}

/// Something lost or repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable name, e.g. `chapter_repaired`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The archive entry it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// Which way pages turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Not said; the reader decides from the language.
    #[default]
    Auto,
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// Somebody who had a part in the book, other than its authors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contributor {
    /// The name as printed.
    pub name: String,
    /// MARC relator codes, e.g. `trl`, `ill`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The name as it sorts, e.g. `Carroll, Lewis`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_as: Option<String>,
    /// The language of the name (BCP 47), if the book says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The name in other scripts, by language tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alternates: BTreeMap<String, String>,
}

/// One of the book's titles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Title {
    /// The title as printed.
    pub text: String,
    /// `main`, `subtitle`, `short`, `collection`, `edition` or `expanded`
    /// (EPUB 3.3, annex D.3.9), or what else the book wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The language of the title (BCP 47), if the book says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The title as it sorts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_as: Option<String>,
    /// The title in other scripts, by language tag.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub alternates: BTreeMap<String, String>,
}

/// One of the book's identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identifier {
    /// As given, blanks collapsed.
    pub value: String,
    /// What kind the book says it is, e.g. `ISBN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// As a URI: `urn:isbn:…` (checksum verified), `urn:uuid:…`, `https://doi.org/…`,
    /// or the value where it is one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// A series or set that the book belongs to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// `series` or `set`; absent when the book does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The book's place in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<f64>,
    /// What names the collection elsewhere, e.g. `urn:issn:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Its name as it sorts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_as: Option<String>,
    /// The name of the collection that this one is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

/// A record about the book, in it or elsewhere (EPUB 3.3 § 5.5.7). Never fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinkedRecord {
    /// As written: a web address or a path in the book.
    pub href: String,
    /// Relations, e.g. `record`, `acquire`, `alternate`, `dcterms:conformsTo`.
    pub rel: Vec<String>,
    /// The declared media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Properties, e.g. `onix`, `xmp`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// The element it is about, when not the book.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refines: Option<String>,
}

/// What a book says about itself. Texts are plain, trimmed, without markup.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// The main title; empty when the book names none.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The title as it sorts.
    pub sort_title: Option<String>,
    /// All titles in the order they are shown in; empty in formats that have only one.
    pub titles: Vec<Title>,
    /// Names of the authors, in order.
    pub authors: Vec<String>,
    /// The same authors with what the book says about each; empty in formats that give names only.
    pub creators: Vec<Contributor>,
    /// Everybody else: translators, illustrators, editors.
    pub contributors: Vec<Contributor>,
    /// The first language (BCP 47).
    pub language: Option<String>,
    /// All languages, in order.
    pub languages: Vec<String>,
    /// The description as plain text.
    pub description: Option<String>,
    /// ISBN-13 or ISBN-10 without hyphens, checksum verified.
    pub isbn: Option<String>,
    /// All identifiers as given, the unique one first.
    pub identifiers: Vec<String>,
    /// The same identifiers with their schemes and as URIs; empty in formats without schemes.
    pub named_identifiers: Vec<Identifier>,
    /// Subjects.
    pub subjects: Vec<String>,
    /// The publisher.
    pub publisher: Option<String>,
    /// Date of publication as given (usually ISO 8601).
    pub published: Option<String>,
    /// Date of the last change as given.
    pub modified: Option<String>,
    /// Name of the series.
    pub series: Option<String>,
    /// Place in the series.
    pub series_index: Option<f64>,
    /// All series and sets, in the book's order.
    pub collections: Vec<Collection>,
    /// What the book was made from, e.g. the ISBN of the printed edition.
    pub source: Option<String>,
    /// Records about the book.
    pub links: Vec<LinkedRecord>,
    /// Number of pages of the printed edition, as declared.
    pub pages: Option<u32>,
    /// The rights statement.
    pub rights: Option<String>,
    /// Page progression.
    pub direction: Direction,
    /// Base direction of the metadata's own text (`dir` of the package).
    pub text_direction: Direction,
    /// Language of the metadata's own text (`xml:lang` of the package).
    pub text_language: Option<String>,
    /// Whether pages have a fixed layout.
    pub fixed_layout: bool,
    /// Accessibility features declared (schema.org `accessibilityFeature`).
    pub accessibility_features: Vec<String>,
    /// Hazards declared (schema.org `accessibilityHazard`).
    pub accessibility_hazards: Vec<String>,
    /// Access modes declared (schema.org `accessMode`).
    pub access_modes: Vec<String>,
    /// Sets of modes which suffice (schema.org `accessModeSufficient`).
    pub access_modes_sufficient: Vec<String>,
    /// Accessibility summary.
    pub accessibility_summary: Option<String>,
    /// Profiles the book claims to conform to (`dcterms:conformsTo`).
    pub conforms_to: Vec<String>,
    /// Legal exemptions from accessibility claimed (`a11y:exemption`).
    pub accessibility_exemptions: Vec<String>,
    /// Who certified the book's accessibility.
    pub certified_by: Option<String>,
    /// The certifier's credential: a name or an address.
    pub certifier_credential: Option<String>,
    /// Address of the certifier's report.
    pub certifier_report: Option<String>,
}
