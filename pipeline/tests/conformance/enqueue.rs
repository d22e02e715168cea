use std::time::{Duration, Instant};

use bindery_pipeline::{Dedup, Done, Priority, State, Timing};
use futures::StreamExt;
use serde_json::json;

use crate::world::{Notes, World, brisk, job, quick, start, world};

pub async fn a_rolled_back_transaction_leaves_no_job(world: World) {
    let mut tx = world.pipeline.begin().await.unwrap();
    tx.enqueue(job("k")).await.unwrap();
    drop(tx);
    let mut tx = world.pipeline.begin().await.unwrap();
    tx.enqueue(job("k")).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(world.count("SELECT count(*) AS n FROM jobs").await, 0);
}

pub async fn a_commit_wakes_a_worker_at_once(rest: World) {
    // Nothing but the wake may bring it: the top-up rests.
    let timing = Timing {
        top_up: Duration::from_secs(60),
        ..quick()
    };
    let setup = rest.setup;
    drop(rest);
    let world = world(setup, timing).await.unwrap();
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |_| {
            seen.note("ran");
            async { Ok(Done) }
        })
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut waits = Vec::new();
    for n in 1..=7 {
        let begun = Instant::now();
        world.enqueue(job("k")).await;
        notes.until(n).await;
        waits.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    waits.sort();
    assert!(
        waits[3] < Duration::from_millis(300),
        "woken after {waits:?}"
    );
    running.stop().await;
}

pub async fn until_done_folds_into_the_waiting_and_the_running_job(world: World) {
    let same = || job("k").dedup(Dedup::UntilDone("a".into()));
    let first = world.enqueue(same()).await;
    assert_eq!(world.enqueue(same()).await, first, "while it waits");
    let other = world
        .enqueue(job("k").dedup(Dedup::UntilDone("b".into())))
        .await;
    assert_ne!(other, first, "another key is another job");
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.queue("q", brisk(2)).handle("k", move |_| {
            seen.note("ran");
            async {
                tokio::time::sleep(Duration::from_millis(400)).await;
                Ok(Done)
            }
        })
    });
    world.until(&first, State::Running).await;
    assert_eq!(world.enqueue(same()).await, first, "while it runs");
    world.until(&first, State::Done).await;
    assert_ne!(world.enqueue(same()).await, first, "not when it is done");
    world.until_empty().await;
    assert_eq!(notes.all().len(), 3);
    running.stop().await;
}

pub async fn until_start_runs_again_after_a_change_during_the_run(world: World) {
    let same = || job("k").dedup(Dedup::UntilStart("a".into()));
    let first = world.enqueue(same()).await;
    assert_eq!(world.enqueue(same()).await, first, "while it waits");
    let running = world.start(|w| {
        w.handle("k", |_| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(Done)
        })
    });
    world.until(&first, State::Running).await;
    let second = world.enqueue(same()).await;
    assert_ne!(second, first, "a change during the run needs another run");
    assert_eq!(world.enqueue(same()).await, second, "but only one");
    world.until(&second, State::Done).await;
    running.stop().await;
}

pub async fn folding_lifts_the_priority(world: World) {
    let same = |p| job("k").dedup(Dedup::UntilDone("a".into())).priority(p);
    let id = world.enqueue(same(Priority::Bulk)).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    let folded = tx.enqueue(same(Priority::ReadNow)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!folded.fresh && folded.id == id);
    assert_eq!(world.get(&id).await.priority, Priority::ReadNow);
    world.enqueue(same(Priority::Normal)).await;
    assert_eq!(
        world.get(&id).await.priority,
        Priority::ReadNow,
        "never lowered"
    );
}

pub async fn a_delayed_job_waits_its_time(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    let id = world
        .enqueue(job("k").delay(Duration::from_millis(600)))
        .await;
    let done = world.until(&id, State::Done).await;
    let waited = done.started_at.unwrap() - done.created_at;
    assert!((600..2500).contains(&waited), "started after {waited} ms");
    running.stop().await;
}

pub async fn a_job_of_another_process_is_noticed(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    let other = world.another_process().await;
    let mut tx = other.begin().await.unwrap();
    let id = tx.enqueue(job("k")).await.unwrap().id;
    tx.commit().await.unwrap();
    world.until(&id, State::Done).await;
    running.stop().await;
}

pub async fn two_enqueue_the_same_key_at_once(world: World) {
    let other = world.another_process().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let pipeline = if n % 2 == 0 {
            world.pipeline.clone()
        } else {
            other.clone()
        };
        tasks.spawn(async move {
            let mut tx = pipeline.begin().await.unwrap();
            let same = job("k").dedup(Dedup::UntilDone("a".into()));
            let enqueued = tx.enqueue(same).await.unwrap();
            tx.commit().await.unwrap();
            enqueued
        });
    }
    let all = tasks.join_all().await;
    assert_eq!(all.iter().filter(|e| e.fresh).count(), 1);
    assert!(all.iter().all(|e| e.id == all[0].id));
}

pub async fn hints_tell_every_change(world: World) {
    // They also reach another process, if the carrier does.
    let shared = world.redis.is_some();
    let listener = if shared {
        world.another_process().await
    } else {
        world.pipeline.clone()
    };
    let mut hints = listener.bus().subscribe();
    tokio::time::sleep(Duration::from_millis(if shared { 300 } else { 0 })).await;
    let running = start(&world.pipeline, |w| w.handle("k", |_| async { Ok(Done) }));
    let id = world.enqueue(job("k").book_id("b1")).await;
    let mut states = Vec::new();
    while states.last() != Some(&json!("done")) {
        let next = tokio::time::timeout(Duration::from_secs(5), hints.next()).await;
        let hint = next.expect("a hint comes").expect("the bus lives");
        assert_eq!((hint.topic.as_str(), &hint.data["id"]), ("job", &json!(id)));
        assert_eq!(hint.data["bookId"], "b1");
        states.push(hint.data["state"].clone());
    }
    states.sort_by_key(|s| ["queued", "running", "done"].iter().position(|n| s == n));
    assert_eq!(states, [json!("queued"), json!("running"), json!("done")]);
    running.stop().await;
}
