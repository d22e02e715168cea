use std::time::{Duration, Instant};

use bindery_pipeline::{Done, JobError, State};

use crate::world::{World, job};

pub async fn running_jobs_may_finish(world: World) {
    let running = world.start(|w| {
        w.handle("k", |_| async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            Ok(Done)
        })
    });
    let first = world.enqueue(job("k")).await;
    let second = world.enqueue(job("k")).await;
    world.until(&first, State::Running).await;
    running.stop().await;
    assert_eq!(world.get(&first).await.state, State::Done);
    let second = world.get(&second).await;
    assert_eq!(
        (second.state, second.attempt),
        (State::Queued, 0),
        "nothing new was begun"
    );
}

pub async fn what_does_not_finish_goes_back_uncounted(world: World) {
    let running = world.start(|w| {
        w.drain(Duration::from_millis(200))
            .handle("k", |_| std::future::pending())
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    let begun = Instant::now();
    running.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "drained in {:?}",
        begun.elapsed()
    );
    let back = world.get(&id).await;
    assert_eq!((back.state, back.attempt), (State::Queued, 0));
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    assert_eq!(world.until(&id, State::Done).await.attempt, 1);
    running.stop().await;
}

pub async fn an_error_during_the_drain_does_not_count(world: World) {
    let running = world.start(|w| {
        w.handle("k", |ctx| async move {
            ctx.draining().await;
            Err(JobError::retry("the process ends"))
        })
    });
    let id = world.enqueue(job("k")).await;
    world.until(&id, State::Running).await;
    let begun = Instant::now();
    running.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "drained in {:?}",
        begun.elapsed()
    );
    let back = world.get(&id).await;
    assert_eq!((back.state, back.attempt), (State::Queued, 0));
}
