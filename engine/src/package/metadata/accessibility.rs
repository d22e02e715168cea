//! Accessibility metadata: schema.org's, the certification of EPUB Accessibility 1.1
//! (§ 2.2 and annex B), and conformance, each as `meta` of either version or as `link`.

use super::metas::Metas;
use super::tidy;
use crate::Metadata;
use crate::package::prefixes::Prefixes;

pub(super) fn read(
    metas: &Metas<'_>,
    metadata: u32,
    prefixes: &Prefixes,
    cap: usize,
    out: &mut Metadata,
) {
    let document = metas.document;
    let linked = |relation: &str| -> Vec<String> {
        document
            .descendants(metadata, "link")
            .filter(|&at| {
                let relations = document.attribute(at, "rel").unwrap_or_default();
                relations
                    .split_ascii_whitespace()
                    .any(|one| prefixes.resolve(one) == relation)
            })
            .filter_map(|at| document.attribute(at, "href").map(tidy))
            .filter(|href| !href.is_empty())
            .collect()
    };
    let about_book = |property: &str| -> Vec<String> {
        let mut values = metas.all(property);
        values.extend(linked(property));
        values.truncate(cap);
        values
    };
    // A credential or report may refine the certifier it belongs to.
    let anywhere = |property: &str| -> Option<String> {
        metas
            .everywhere(property)
            .iter()
            .map(|&at| metas.value(at))
            .chain(linked(property))
            .find(|value| !value.is_empty())
    };
    out.accessibility_features = about_book("schema:accessibilityFeature");
    out.accessibility_hazards = about_book("schema:accessibilityHazard");
    out.access_modes = about_book("schema:accessMode");
    out.access_modes_sufficient = about_book("schema:accessModeSufficient");
    out.accessibility_summary = metas.first("schema:accessibilitySummary");
    out.conforms_to = about_book("dcterms:conformsTo");
    out.accessibility_exemptions = about_book("a11y:exemption");
    out.certified_by = anywhere("a11y:certifiedBy");
    out.certifier_credential = anywhere("a11y:certifierCredential");
    out.certifier_report = anywhere("a11y:certifierReport");
}
