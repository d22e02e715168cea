//! Books: lists, edits, rights.

use bindery_library::catalogue::{self, BookDraft, BookEdit, BookStatus, Format, ListQuery, Sort};
use bindery_library::people::Role;
use bindery_library::policy::Actor;
use bindery_library::{Error, search};

use crate::world::{World, file, on_both_databases};

on_both_databases!(
    lists_page_in_both_orders,
    lists_filter_by_every_facet,
    readers_see_what_is_published_and_authors_their_own,
    an_edit_needs_the_version_it_saw,
    edits_follow_the_workflow,
    search_documents_follow_the_book,
);

async fn lists_page_in_both_orders(world: World) {
    let admin = world.admin().await;
    for title in ["The Zebra", "émile", "Anna", "A Middle Way", "Émile"] {
        world.published(&admin, title).await;
    }
    let titles = ["A Middle Way", "The Zebra"];
    for (sort, first_and_last) in [
        (Sort::Title, ["Anna", "The Zebra"]),
        (Sort::Recent, ["Émile", "The Zebra"]),
    ] {
        let mut seen = Vec::new();
        let mut query = ListQuery {
            sort,
            limit: 2,
            ..ListQuery::default()
        };
        loop {
            let page = catalogue::list_books(&mut *world.read().await, &admin, &query)
                .await
                .unwrap();
            seen.extend(page.items.into_iter().map(|book| book.title));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5, "{seen:?}");
        assert_eq!(
            [seen[0].as_str(), seen[4].as_str()],
            first_and_last,
            "{seen:?}"
        );
        assert!(titles.iter().all(|title| seen.iter().any(|t| t == title)));
    }
    let first = ListQuery {
        sort: Sort::Title,
        limit: 1,
        ..ListQuery::default()
    };
    let page = catalogue::list_books(&mut *world.read().await, &admin, &first)
        .await
        .unwrap();
    let wrong = ListQuery {
        cursor: page.next,
        limit: 1,
        ..ListQuery::default()
    };
    let refused = catalogue::list_books(&mut *world.read().await, &admin, &wrong).await;
    assert_eq!(refused.unwrap_err().code(), "invalid_input");
}

async fn lists_filter_by_every_facet(world: World) {
    let admin = world.admin().await;
    let draft = BookDraft {
        title: Some("Germinal".into()),
        authors: Some(vec!["Émile Zola".into(), "Nobody Else".into()]),
        genres: Some(vec!["Novel".into()]),
        tags: Some(vec!["Mines".into(), "Strike".into()]),
        language: Some("fr-FR".into()),
        status: Some(BookStatus::Published),
        ..BookDraft::default()
    };
    let germinal = world.book(&admin, &file("germinal"), draft).await;
    assert_eq!(germinal.authors, ["Émile Zola", "Nobody Else"]);
    assert_eq!(germinal.tags, ["Mines", "Strike"]);
    world.published(&admin, "Another").await;
    let text = |value: &str| Some(value.to_owned());
    let all = ListQuery {
        limit: 10,
        ..ListQuery::default()
    };
    let matching = [
        ListQuery {
            author: text("emile zola"),
            ..all.clone()
        },
        ListQuery {
            genre: text("NOVEL"),
            ..all.clone()
        },
        ListQuery {
            tag: text("strike"),
            ..all.clone()
        },
        ListQuery {
            language: text("fr"),
            ..all.clone()
        },
        ListQuery {
            language: text("FR-fr"),
            format: Some(Format::Epub),
            ..all.clone()
        },
        ListQuery {
            author: text("Nobody else"),
            tag: text("mines"),
            sort: Sort::Title,
            ..all.clone()
        },
    ];
    for query in matching {
        let page = catalogue::list_books(&mut *world.read().await, &admin, &query)
            .await
            .unwrap();
        let ids: Vec<&str> = page.items.iter().map(|book| book.id.as_str()).collect();
        assert_eq!(ids, [germinal.id.as_str()], "{query:?}");
    }
    let empty = [
        ListQuery {
            author: text("zola"),
            ..all.clone()
        },
        ListQuery {
            language: text("f"),
            ..all.clone()
        },
        ListQuery {
            format: Some(Format::Pdf),
            ..all.clone()
        },
        ListQuery {
            status: Some(BookStatus::Draft),
            ..all.clone()
        },
    ];
    for query in empty {
        let page = catalogue::list_books(&mut *world.read().await, &admin, &query)
            .await
            .unwrap();
        assert!(page.items.is_empty(), "{query:?}");
    }
}

async fn readers_see_what_is_published_and_authors_their_own(world: World) {
    let admin = world.admin().await;
    let author = Actor::from(&world.user("ann@example.org", &[Role::Author]).await);
    let reader = Actor::from(&world.user("bob@example.org", &[Role::Reader]).await);
    let public = world.published(&admin, "Public").await;
    let own = world
        .book(&author, &file("own"), BookDraft::default())
        .await;
    assert_eq!(own.status, BookStatus::Draft);
    let hidden = world
        .book(&admin, &file("hidden"), BookDraft::default())
        .await;
    world.presign(&author, &file("unfinished")).await;
    let all = ListQuery {
        limit: 10,
        sort: Sort::Title,
        ..ListQuery::default()
    };
    for (actor, expected) in [
        (&admin, vec![&public.id, &own.id, &hidden.id]),
        (&author, vec![&public.id, &own.id]),
        (&reader, vec![&public.id]),
    ] {
        let page = catalogue::list_books(&mut *world.read().await, actor, &all)
            .await
            .unwrap();
        let mut seen: Vec<&String> = page.items.iter().map(|book| &book.id).collect();
        let mut expected = expected;
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{actor:?}");
    }
    let mut conn = world.read().await;
    let refused = catalogue::visible_book(&mut conn, &reader, &own.id).await;
    assert!(matches!(refused, Err(Error::NotFound("book"))));
    let ids = [own.id.clone(), "none".into(), public.id.clone()];
    let books = catalogue::get_books(&mut conn, &reader, &ids)
        .await
        .unwrap();
    assert_eq!(books.len(), 1);
    let books = catalogue::get_books(&mut conn, &author, &ids)
        .await
        .unwrap();
    assert_eq!([&books[0].id, &books[1].id], [&own.id, &public.id]);
}

async fn an_edit_needs_the_version_it_saw(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "Old").await;
    let edit = |title: &str| BookEdit {
        title: Some(title.into()),
        isbn: Some(Some("0306406152".into())),
        series_index: Some(Some(1.5)),
        ..BookEdit::default()
    };
    let settings = &world.settings;
    let mut tx = world.pipeline.begin().await.unwrap();
    let edited = catalogue::edit_book(
        &mut tx,
        settings,
        &admin,
        &book.id,
        book.version,
        edit("New"),
    )
    .await;
    let edited = edited.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        (edited.title.as_str(), edited.series_index),
        ("New", Some(1.5))
    );
    assert_eq!(edited.isbn.as_deref(), Some("9780306406157"));
    assert!(edited.version > book.version);
    let mut tx = world.pipeline.begin().await.unwrap();
    let stale = catalogue::edit_book(
        &mut tx,
        settings,
        &admin,
        &book.id,
        book.version,
        edit("Newer"),
    )
    .await;
    match stale {
        Err(Error::VersionConflict { expected, current }) => {
            assert_eq!((expected, current), (book.version, edited.version));
        }
        other => panic!("{other:?}"),
    }
    drop(tx);
    assert_eq!(world.get(&book.id).await.title, "New");
    assert_eq!(world.events("book.updated").await, 1);
    // One from creating and one from editing, folded into one because it has not started.
    assert_eq!(world.jobs("reindex").await.len(), 1);
}

async fn edits_follow_the_workflow(world: World) {
    let author = Actor::from(&world.user("ann@example.org", &[Role::Author]).await);
    let editor = Actor::from(&world.user("ed@example.org", &[Role::Editor]).await);
    let reader = Actor::from(&world.user("bob@example.org", &[Role::Reader]).await);
    let book = world
        .book(&author, &file("own"), BookDraft::default())
        .await;
    let step = async |actor: &Actor, version: i64, edit: BookEdit| {
        let mut tx = world.pipeline.begin().await.unwrap();
        let done =
            catalogue::edit_book(&mut tx, &world.settings, actor, &book.id, version, edit).await?;
        tx.commit().await.unwrap();
        Ok::<_, Error>(done)
    };
    let to = |status| BookEdit {
        status: Some(status),
        ..BookEdit::default()
    };
    let title = || BookEdit {
        title: Some("T".into()),
        ..BookEdit::default()
    };
    let hidden = step(&editor, book.version, title()).await.unwrap_err();
    assert_eq!(hidden.code(), "not_found");
    let jump = step(&author, book.version, to(BookStatus::Published))
        .await
        .unwrap_err();
    assert_eq!(jump.code(), "forbidden");
    let submitted = step(&author, book.version, to(BookStatus::Submitted))
        .await
        .unwrap();
    let late = step(&author, submitted.version, title()).await.unwrap_err();
    assert_eq!(late.code(), "forbidden");
    let edited = step(&editor, submitted.version, title()).await.unwrap();
    assert_eq!(
        (edited.title.as_str(), edited.status),
        ("T", BookStatus::Submitted)
    );
    let unseen = step(&reader, edited.version, title()).await.unwrap_err();
    assert_eq!(unseen.code(), "not_found");
    assert_eq!(world.events("book.stateChanged").await, 1);
}

async fn search_documents_follow_the_book(world: World) {
    let admin = world.admin().await;
    let book = world.published(&admin, "Moby Dick").await;
    let uploading = world.presign(&admin, &file("unfinished")).await;
    let mut conn = world.read().await;
    let document = search::document(&mut conn, &book.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (document.title.as_str(), document.format),
        ("Moby Dick", Some(Format::Epub))
    );
    assert_eq!(search::document(&mut conn, &uploading).await.unwrap(), None);
    assert_eq!(search::document(&mut conn, "gone").await.unwrap(), None);
    assert_eq!(
        search::ids_after(&mut conn, "", 10).await.unwrap(),
        std::slice::from_ref(&book.id)
    );
    assert!(
        search::ids_after(&mut conn, &book.id, 10)
            .await
            .unwrap()
            .is_empty()
    );
}
