//! The search port over tantivy.

use bindery_adapters::search::TantivySearch;
use bindery_library::catalogue::{BookStatus, Format};
use bindery_library::ports::{PortError, Search};
use bindery_library::search::{SearchDocument, SearchPage, SearchQuery};

fn book(id: &str, title: &str, author: &str) -> SearchDocument {
    SearchDocument {
        id: id.into(),
        owner_id: "owner".into(),
        status: BookStatus::Published,
        title: title.into(),
        authors: vec![author.into()],
        genres: vec![],
        tags: vec![],
        description: None,
        isbn: None,
        language: None,
        series: None,
        publisher: None,
        format: Some(Format::Epub),
        updated_at: 0,
    }
}

fn ask(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        statuses: vec![BookStatus::Published],
        owner_id: None,
        limit: 10,
        cursor: None,
    }
}

fn ids(page: &SearchPage) -> Vec<&str> {
    page.items.iter().map(|hit| hit.id.as_str()).collect()
}

/// An index with a small library, and its folder.
async fn library() -> (tempfile::TempDir, TantivySearch) {
    let folder = tempfile::tempdir().unwrap();
    let search = TantivySearch::open(folder.path()).unwrap();
    let books = vec![
        SearchDocument {
            description: Some("A man returns home after the war; by the blind poet.".into()),
            ..book("odyssey", "L'Odyssée", "Homère")
        },
        SearchDocument {
            isbn: Some("9780306406157".into()),
            genres: vec!["Novel".into()],
            ..book("war", "War and Peace", "Leo Tolstoy")
        },
        SearchDocument {
            tags: vec!["Whales".into(), "Sea".into()],
            series: Some("Classics of the Sea".into()),
            ..book("moby", "Moby-Dick; or, The Whale", "Herman Melville")
        },
        SearchDocument {
            language: Some("de-AT".into()),
            ..book("mann", "Der Mann ohne Eigenschaften", "Robert Musil")
        },
        SearchDocument {
            status: BookStatus::Draft,
            owner_id: "ann".into(),
            ..book("draft", "A Hidden Draft", "Ann")
        },
    ];
    search.upsert(books).await.unwrap();
    (folder, search)
}

#[tokio::test]
async fn case_and_accents_do_not_matter() {
    let (_folder, search) = library().await;
    for text in ["odyssee", "ODYSSÉE", "homere odyssée", "  odyssee  "] {
        let page = search.query(ask(text)).await.unwrap();
        assert_eq!(ids(&page), ["odyssey"], "{text}");
        assert!(!page.fuzzy, "{text}");
    }
}

#[tokio::test]
async fn every_word_must_be_there_in_any_field() {
    let (_folder, search) = library().await;
    assert_eq!(
        ids(&search.query(ask("tolstoy peace")).await.unwrap()),
        ["war"]
    );
    assert_eq!(
        ids(&search.query(ask("melville sea")).await.unwrap()),
        ["moby"]
    );
    assert_eq!(ids(&search.query(ask("musil de")).await.unwrap()), ["mann"]);
    assert!(ids(&search.query(ask("tolstoy whale ")).await.unwrap()).is_empty());
    assert!(ids(&search.query(ask("")).await.unwrap()).is_empty());
    assert!(ids(&search.query(ask("?!… ")).await.unwrap()).is_empty());
}

#[tokio::test]
async fn a_title_counts_more_than_a_description() {
    let (_folder, search) = library().await;
    assert_eq!(
        ids(&search.query(ask("war")).await.unwrap()),
        ["war", "odyssey"]
    );
}

#[tokio::test]
async fn the_last_word_may_be_unfinished() {
    let (_folder, search) = library().await;
    assert_eq!(ids(&search.query(ask("mob")).await.unwrap()), ["moby"]);
    assert_eq!(
        ids(&search.query(ask("herman mel")).await.unwrap()),
        ["moby"]
    );
    assert!(
        ids(&search.query(ask("mob ")).await.unwrap()).is_empty(),
        "a space ends the word"
    );
    assert!(
        ids(&search.query(ask("her melville")).await.unwrap()).is_empty(),
        "only the last"
    );
}

#[tokio::test]
async fn slips_are_forgiven_only_when_nothing_is_spelt_so() {
    let (_folder, search) = library().await;
    for (text, id) in [
        ("tolstoi", "war"),
        ("meliville whale", "moby"),
        ("eigenschafften", "mann"),
    ] {
        let page = search.query(ask(text)).await.unwrap();
        assert_eq!(ids(&page), [id], "{text}");
        assert!(page.fuzzy, "{text}");
        assert!(
            page.items[0]
                .highlights
                .iter()
                .any(|h| h.html.contains("<b>")),
            "{text}"
        );
    }
    assert!(!search.query(ask("war")).await.unwrap().fuzzy);
}

#[tokio::test]
async fn an_isbn_finds_its_book_in_any_spelling() {
    let (_folder, search) = library().await;
    for text in ["9780306406157", "978-0-306-40615-7", "0-306-40615-2"] {
        assert_eq!(
            ids(&search.query(ask(text)).await.unwrap()),
            ["war"],
            "{text}"
        );
    }
}

#[tokio::test]
async fn hits_are_only_what_the_asker_may_see() {
    let (_folder, search) = library().await;
    assert!(search.query(ask("hidden")).await.unwrap().items.is_empty());
    let own = SearchQuery {
        owner_id: Some("ann".into()),
        ..ask("hidden")
    };
    assert_eq!(ids(&search.query(own).await.unwrap()), ["draft"]);
    let other = SearchQuery {
        owner_id: Some("bob".into()),
        ..ask("hidden")
    };
    assert!(search.query(other).await.unwrap().items.is_empty());
    let admin = SearchQuery {
        statuses: BookStatus::ALL.to_vec(),
        ..ask("hidden")
    };
    assert_eq!(ids(&search.query(admin).await.unwrap()), ["draft"]);
}

#[tokio::test]
async fn highlights_mark_the_match_and_escape_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let search = TantivySearch::open(folder.path()).unwrap();
    search
        .upsert(vec![book("x", "<script>Étoile</script> & co", "E. Toile")])
        .await
        .unwrap();
    let page = search.query(ask("etoil")).await.unwrap();
    let highlight = &page.items[0].highlights[0];
    assert_eq!(highlight.field, "title");
    assert_eq!(
        highlight.html,
        "&lt;script&gt;<b>Étoile</b>&lt;/script&gt; &amp; co"
    );
}

#[tokio::test]
async fn pages_follow_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let search = TantivySearch::open(folder.path()).unwrap();
    let books = (0..25).map(|n| book(&format!("b{n}"), "The same title", "Somebody"));
    search.upsert(books.collect()).await.unwrap();
    let (mut seen, mut query) = (Vec::new(), ask("same"));
    loop {
        let page = search.query(query.clone()).await.unwrap();
        seen.extend(page.items.into_iter().map(|hit| hit.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 25);
    let foreign = SearchQuery {
        cursor: Some("???".into()),
        ..ask("same")
    };
    assert!(matches!(
        search.query(foreign).await,
        Err(PortError::Permanent(_))
    ));
}

#[tokio::test]
async fn a_book_is_replaced_and_removed() {
    let (_folder, search) = library().await;
    assert_eq!(search.count().await.unwrap(), 5);
    let changed = vec![
        book("war", "Krieg und Frieden", "Leo Tolstoy"),
        book("war", "Voyna i mir", "Leo Tolstoy"),
    ];
    search.upsert(changed).await.unwrap();
    assert_eq!(search.count().await.unwrap(), 5);
    assert!(search.query(ask("peace ")).await.unwrap().items.is_empty());
    assert!(
        search
            .query(ask("frieden "))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(ids(&search.query(ask("voyna")).await.unwrap()), ["war"]);
    search
        .remove(vec!["war".into(), "unknown".into()])
        .await
        .unwrap();
    assert_eq!(search.count().await.unwrap(), 4);
}

#[tokio::test]
async fn another_opener_sees_what_was_committed() {
    let (folder, search) = library().await;
    let reader = TantivySearch::open(folder.path()).unwrap();
    assert_eq!(reader.count().await.unwrap(), 5);
    search.remove(vec!["war".into()]).await.unwrap();
    assert_eq!(reader.count().await.unwrap(), 4);
    // Two writers take turns: the second is told to come later while the first holds the lock.
    let busy = reader.remove(vec!["moby".into()]).await;
    assert!(matches!(busy, Err(PortError::Later(..))), "{busy:?}");
    drop(search);
}

#[tokio::test]
async fn an_unusable_index_is_made_anew() {
    let (folder, search) = library().await;
    drop(search);
    // The idle writer goes with the last handle; the meta file of another version is left.
    std::fs::write(folder.path().join("meta.json"), b"{\"not\": \"ours\"}").unwrap();
    let search = TantivySearch::open(folder.path()).unwrap();
    assert_eq!(search.count().await.unwrap(), 0);
    search.upsert(vec![book("a", "Anew", "A")]).await.unwrap();
    assert_eq!(ids(&search.query(ask("anew")).await.unwrap()), ["a"]);
}
