use std::time::Duration;

use bindery_pipeline::{
    Dedup, Done, Error, JobError, Progress, State,
    jobs::{self, Cancelled, Filter},
};
use futures::StreamExt;

use crate::world::{Notes, Q, World, job};

async fn cancel(world: &World, id: &str) -> Result<Cancelled, Error> {
    let mut tx = world.pipeline.begin().await?;
    let cancelled = jobs::cancel(&mut tx, id).await?;
    tx.commit().await?;
    Ok(cancelled)
}

async fn retry(world: &World, id: &str) -> Result<(), Error> {
    let mut tx = world.pipeline.begin().await?;
    jobs::retry(&mut tx, id).await?;
    tx.commit().await
}

pub async fn a_waiting_job_is_cancelled_at_once(world: World) {
    let same = || job("k").dedup(Dedup::UntilDone("a".into()));
    let id = world.enqueue(same()).await;
    assert_eq!(cancel(&world, &id).await.unwrap(), Cancelled::AtOnce);
    assert_eq!(world.get(&id).await.state, State::Cancelled);
    assert!(matches!(
        cancel(&world, &id).await,
        Err(Error::WrongState(State::Cancelled))
    ));
    assert!(matches!(
        cancel(&world, "none").await,
        Err(Error::NotFound(_))
    ));
    assert_ne!(world.enqueue(same()).await, id, "its key is free again");
}

pub async fn a_running_job_is_told_to_stop(world: World) {
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            ctx.cancelled().await;
            assert!(ctx.is_cancelled());
            Err(JobError::retry("stopped half-way"))
        })
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    assert_eq!(cancel(&world, &id).await.unwrap(), Cancelled::Requested);
    assert_eq!(world.until(&id, State::Cancelled).await.attempt, 1);

    // Asked for in another process: it comes by the bus, or with the next renewal of the lease.
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    let mut tx = world.another_process().await.begin().await.unwrap();
    jobs::cancel(&mut tx, &id).await.unwrap();
    tx.commit().await.unwrap();
    world.until(&id, State::Cancelled).await;
    running.stop().await;
}

pub async fn a_handler_that_ignores_its_cancel_is_dropped(world: World) {
    let running = world.start(|w| w.handle("k", |_| std::future::pending()));
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    cancel(&world, &id).await.unwrap();
    assert_eq!(
        world
            .until(&id, State::Cancelled)
            .await
            .last_error
            .as_deref(),
        Some("cancelled")
    );
    running.stop().await;
}

pub async fn a_dead_job_is_retried_by_hand(world: World) {
    let healed = Notes::default();
    let seen = healed.clone();
    let running = world.start(|w| {
        w.handle("k", move |_| {
            let healed = !seen.all().is_empty();
            async move {
                if healed {
                    Ok(Done)
                } else {
                    Err(JobError::abort("ill"))
                }
            }
        })
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Dead).await;
    healed.note("healed");
    retry(&world, &id).await.unwrap();
    let done = world.until(&id, State::Done).await;
    assert_eq!(done.attempt, 1, "all attempts are there again");
    assert!(matches!(
        retry(&world, &id).await,
        Err(Error::WrongState(State::Done))
    ));
    assert!(matches!(
        retry(&world, "none").await,
        Err(Error::NotFound(_))
    ));
    running.stop().await;
}

pub async fn a_dead_job_stays_dead_while_its_key_lives_again(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Err(JobError::abort("ill")) }));
    let same = || job("k").dedup(Dedup::UntilDone("a".into()));
    let id = world.enqueue(same()).await;
    world.until(&id, State::Dead).await;
    running.stop().await;
    let alive = world.enqueue(same()).await;
    assert!(matches!(retry(&world, &id).await, Err(Error::KeyLives(live)) if live == alive));
    cancel(&world, &alive).await.unwrap();
    retry(&world, &id).await.unwrap();
    assert_eq!(world.get(&id).await.state, State::Queued);
}

pub async fn the_list_pages_over_live_and_ended_jobs_without_gaps(world: World) {
    let running = world.start(|w| {
        w.handle("good", |_| async { Ok(Done) })
            .handle("bad", |_| async { Err(JobError::abort("bad")) })
    });
    let mut ids = Vec::new();
    for n in 0..23 {
        let kind = if n % 3 == 0 { "bad" } else { "good" };
        ids.push(
            world
                .enqueue(job(kind).book_id(format!("b{}", n % 2)))
                .await,
        );
    }
    world.until_empty().await;
    running.stop().await;
    for _ in 0..6 {
        ids.push(world.enqueue(job("good").book_id("b0")).await);
    }
    ids.reverse();
    assert_eq!(
        all(&world, &Filter::default(), 5).await,
        ids,
        "newest first, each once"
    );
    let filter = |state| Filter {
        state: Some(state),
        ..Filter::default()
    };
    assert_eq!(all(&world, &filter(State::Dead), 3).await.len(), 8);
    assert_eq!(all(&world, &filter(State::Queued), 4).await, ids[..6]);
    let book = Filter {
        book_id: Some("b1".into()),
        kind: Some("bad".into()),
        ..filter(State::Dead)
    };
    assert_eq!(all(&world, &book, 100).await.len(), 4);
    let none = Filter {
        queue: Some("other".into()),
        ..Filter::default()
    };
    assert!(all(&world, &none, 10).await.is_empty());
    let mut conn = world.pipeline.db().read().await.unwrap();
    let bad = jobs::list(&mut conn, &Filter::default(), Some("x' OR 1=1"), 5).await;
    assert!(matches!(bad, Err(Error::BadCursor)));
}

/// Every id of the list, read page by page.
async fn all(world: &World, filter: &Filter, limit: usize) -> Vec<String> {
    let mut conn = world.pipeline.db().read().await.unwrap();
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = jobs::list(&mut conn, filter, cursor.as_deref(), limit)
            .await
            .unwrap();
        assert!(page.items.len() <= limit);
        ids.extend(page.items.into_iter().map(|j| j.id));
        cursor = page.next;
        if cursor.is_none() {
            return ids;
        }
    }
}

pub async fn depths_count_what_there_is(world: World) {
    let running = world.start(|w| {
        w.handle("wait", |_| std::future::pending())
            .handle("bad", |_| async { Err(JobError::abort("bad")) })
            .drain(Duration::from_millis(50))
    });
    let dead = world.enqueue(job("bad")).await;
    world.until(&dead, State::Dead).await;
    let busy = world.enqueue(job("wait")).await;
    world.until(&busy, State::Running).await;
    world.enqueue(job("wait")).await;
    world
        .enqueue(job("wait").delay(Duration::from_secs(60)))
        .await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let depths = jobs::queues(world.pipeline.db()).await.unwrap();
    let depth = depths.iter().find(|d| d.queue == Q).unwrap();
    let counts = (depth.ready, depth.scheduled, depth.running, depth.dead);
    assert_eq!(counts, (1, 1, 1, 1), "ready, scheduled, running, dead");
    assert!(
        (1..10).contains(&depth.oldest_age_s),
        "{} s",
        depth.oldest_age_s
    );
    let workers = jobs::workers(world.pipeline.db()).await.unwrap();
    assert_eq!(
        (workers.len(), workers[0].alive, workers[0].running),
        (1, true, 1)
    );
    assert_eq!(workers[0].queues, [Q]);
    running.stop().await;
    assert!(
        jobs::workers(world.pipeline.db()).await.unwrap().is_empty(),
        "it signed off"
    );
}

pub async fn progress_is_told(world: World) {
    let mut hints = world.pipeline.bus().subscribe();
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            ctx.progress(0, 10).await;
            ctx.progress(1, 10).await;
            ctx.progress(10, 10).await;
            ctx.cancelled().await;
            Err(JobError::abort("enough"))
        })
    });
    let id = world.enqueue(job("k")).await;
    let full = Progress {
        done: 10,
        total: 10,
    };
    world.until_is(&id, |j| j.progress == Some(full)).await;
    let mut told = Vec::new();
    while told.last() != Some(&10) {
        let next = tokio::time::timeout(Duration::from_secs(5), hints.next()).await;
        if let Some(done) = next.unwrap().unwrap().data["progress"]["done"].as_i64() {
            told.push(done);
        }
    }
    assert_eq!(
        told,
        [0, 10],
        "what comes too quickly is left out, the last is not"
    );
    cancel(&world, &id).await.unwrap();
    world.until(&id, State::Cancelled).await;
    running.stop().await;
}

pub async fn old_history_is_pruned_and_the_dead_are_kept(world: World) {
    let running = world.start(|w| {
        w.handle("good", |_| async { Ok(Done) })
            .handle("bad", |_| async { Err(JobError::abort("bad")) })
    });
    let good = world.enqueue(job("good")).await;
    let bad = world.enqueue(job("bad")).await;
    world.until(&good, State::Done).await;
    world.until(&bad, State::Dead).await;
    running.stop().await;
    world
        .execute("UPDATE job_history SET finished_at = finished_at - 15 * 86400000")
        .await;
    let running = world.start(|w| w.handle("good", |_| async { Ok(Done) }));
    let fresh = world.enqueue(job("good")).await;
    world.until(&fresh, State::Done).await;
    for _ in 0..500 {
        if world.count("SELECT count(*) AS n FROM job_history").await == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.get(&bad).await.state, State::Dead);
    let mut conn = world.pipeline.db().read().await.unwrap();
    assert!(matches!(
        jobs::get(&mut conn, &good).await,
        Err(Error::NotFound(_))
    ));
    running.stop().await;
}
