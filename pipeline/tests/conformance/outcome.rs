use std::time::Duration;

use bindery_pipeline::{Backoff, Done, JobError, QueueOptions, State};

use crate::world::{Notes, Q, World, brisk, job};

pub async fn a_failed_job_comes_back_and_dies_after_its_attempts(world: World) {
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            seen.note(ctx.job().attempt.to_string());
            async { Err(JobError::retry("no luck")) }
        })
    });
    let id = world.enqueue(job("k").max_attempts(3)).await;
    let dead = world.until(&id, State::Dead).await;
    assert_eq!(notes.all(), ["1", "2", "3"]);
    assert_eq!(
        (dead.attempt, dead.last_error.as_deref()),
        (3, Some("no luck"))
    );
    assert!(dead.finished_at.is_some());
    running.stop().await;
}

pub async fn backoff_lets_a_job_rest(world: World) {
    let backoff = Backoff {
        base: Duration::from_secs(60),
        cap: Duration::from_secs(60),
    };
    let running = world.start(|w| {
        w.queue(
            Q,
            QueueOptions {
                backoff,
                ..QueueOptions::default()
            },
        )
        .handle("k", |_| async { Err(JobError::retry("later")) })
    });
    let id = world.enqueue(job("k")).await;
    let rests = world
        .until_is(&id, |j| j.state == State::Queued && j.attempt == 1)
        .await;
    let wait = rests.run_at - rests.started_at.unwrap();
    assert!((30_000..=61_000).contains(&wait), "rests {wait} ms");
    running.stop().await;
}

pub async fn retry_after_waits_as_long_as_asked(world: World) {
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            if ctx.job().attempt > 1 {
                return Ok(Done);
            }
            Err(JobError::RetryAfter(
                Duration::from_millis(700),
                "busy".into(),
            ))
        })
    });
    let id = world.enqueue(job("k")).await;
    let done = world.until(&id, State::Done).await;
    assert_eq!(done.attempt, 2);
    let waited = done.started_at.unwrap() - done.created_at;
    assert!((700..3000).contains(&waited), "ran again after {waited} ms");
    running.stop().await;
}

pub async fn abort_is_dead_at_once(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Err(JobError::abort("bad book")) }));
    let id = world.enqueue(job("k")).await;
    let dead = world.until(&id, State::Dead).await;
    assert_eq!(
        (dead.attempt, dead.last_error.as_deref()),
        (1, Some("bad book"))
    );
    running.stop().await;
}

pub async fn a_panic_is_a_failed_attempt(world: World) {
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            assert!(ctx.job().attempt > 1, "the first attempt panics");
            Ok(Done)
        })
        .handle(
            "early",
            |_| -> std::future::Ready<bindery_pipeline::JobResult> {
                panic!("before there is a future")
            },
        )
    });
    let id = world.enqueue(job("k")).await;
    assert_eq!(world.until(&id, State::Done).await.attempt, 2);
    let id = world.enqueue(job("early").max_attempts(2)).await;
    let dead = world.until(&id, State::Dead).await;
    assert_eq!(
        dead.last_error.as_deref(),
        Some("panicked: before there is a future")
    );
    running.stop().await;
}

pub async fn a_job_that_takes_too_long_is_a_failed_attempt(world: World) {
    let options = QueueOptions {
        timeout: Some(Duration::from_millis(100)),
        ..brisk(1)
    };
    let running = world.start(|w| {
        w.queue(Q, options).handle("k", |_| async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(Done)
        })
    });
    let id = world.enqueue(job("k").max_attempts(2)).await;
    let dead = world.until(&id, State::Dead).await;
    assert_eq!(
        (dead.attempt, dead.last_error.as_deref()),
        (2, Some("took too long"))
    );
    running.stop().await;
}

pub async fn effects_and_end_are_one_transaction(world: World) {
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            let mut tx = ctx.begin().await?;
            effect(&mut tx, &ctx.job().id).await?;
            // A job that follows is part of it, too.
            tx.enqueue(job("next")).await?;
            if ctx.job().attempt == 1 {
                return Err(JobError::retry("before the end"));
            }
            ctx.finish(tx).await
        })
        .handle("next", |_| async { Ok(Done) })
    });
    let id = world.enqueue(job("k")).await;
    assert_eq!(world.until(&id, State::Done).await.attempt, 2);
    world.until_empty().await;
    assert_eq!(world.count("SELECT count(*) AS n FROM effects").await, 1);
    assert_eq!(
        world.count("SELECT count(*) AS n FROM job_history").await,
        2
    );
    running.stop().await;
}

pub async fn a_stale_worker_cannot_finish(world: World) {
    let pipeline = world.pipeline.clone();
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            let (pipeline, seen) = (pipeline.clone(), seen.clone());
            async move {
                let mut tx = ctx.begin().await?;
                effect(&mut tx, &ctx.job().id).await?;
                if ctx.job().attempt == 1 {
                    // Somebody else claims it in the middle of the work.
                    tx.rollback().await?;
                    let mut steal = pipeline.begin().await?;
                    let text = "UPDATE jobs SET state = 'queued', worker = NULL WHERE id = $1";
                    sqlx::query(text)
                        .bind(ctx.job().id.as_str())
                        .execute(&mut *steal)
                        .await?;
                    steal.commit().await?;
                    tx = ctx.begin().await?;
                    effect(&mut tx, &ctx.job().id).await?;
                }
                let finished = ctx.finish(tx).await;
                seen.note(if finished.is_ok() {
                    "finished"
                } else {
                    "refused"
                });
                finished
            }
        })
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Done).await;
    notes.until(2).await;
    assert_eq!(notes.all(), ["refused", "finished"]);
    assert_eq!(world.count("SELECT count(*) AS n FROM effects").await, 1);
    running.stop().await;
}

pub async fn an_unknown_kind_is_left_to_others(world: World) {
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    let id = world.enqueue(job("from the future")).await;
    let rests = world
        .until_is(&id, |j| j.state == State::Queued && j.last_error.is_some())
        .await;
    assert_eq!(rests.attempt, 0, "that was no attempt");
    running.stop().await;
}

pub async fn effect(conn: &mut sqlx::AnyConnection, id: &str) -> Result<(), sqlx::Error> {
    let text = "INSERT INTO effects (job_id, worker) VALUES ($1, $2)";
    let worker = std::process::id().to_string();
    sqlx::query(text)
        .bind(id)
        .bind(worker)
        .execute(conn)
        .await?;
    Ok(())
}
