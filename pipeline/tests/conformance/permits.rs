use std::time::Duration;

use bindery_pipeline::{Done, State};

use crate::{
    outcome::effect,
    world::{Q, Setup, World, brisk, job},
};

pub async fn doubled_permits_harm_nothing(world: World) {
    let running = world.start(|w| {
        w.queue(Q, brisk(8)).handle("k", |ctx| async move {
            let mut tx = ctx.begin().await?;
            effect(&mut tx, &ctx.job().id).await?;
            ctx.finish(tx).await
        })
    });
    let mut tx = world.pipeline.begin().await.unwrap();
    for _ in 0..50 {
        tx.enqueue(job("k")).await.unwrap();
    }
    tx.commit().await.unwrap();
    // A fold wakes too: four hundred permits for work that is there once.
    for _ in 0..20 {
        let mut tx = world.pipeline.begin().await.unwrap();
        for _ in 0..20 {
            bindery_pipeline::jobs::resume(&mut tx, Q).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    world.until_empty().await;
    assert_eq!(each_once(&world).await, 50);
    running.stop().await;
}

pub async fn lost_permits_are_made_up(world: World) {
    let running = world.start(|w| {
        w.queue(Q, brisk(2)).handle("k", |ctx| async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let mut tx = ctx.begin().await?;
            effect(&mut tx, &ctx.job().id).await?;
            ctx.finish(tx).await
        })
    });
    for round in 0..4 {
        let mut tx = world.pipeline.begin().await.unwrap();
        for _ in 0..25 {
            tx.enqueue(job("k")).await.unwrap();
        }
        tx.commit().await.unwrap();
        match &world.redis {
            Some(redis) if round % 2 == 1 => redis.flush_all(),
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    if let Some(redis) = &world.redis {
        redis.flush_all();
    }
    world.until_empty().await;
    assert_eq!(each_once(&world).await, 100);
    running.stop().await;
}

pub async fn without_redis_work_goes_on_when_it_is_back(mut world: World) {
    if world.redis.is_none() {
        return;
    }
    let running = world.start(|w| w.queue(Q, brisk(2)).handle("k", |_| async { Ok(Done) }));
    let before = world.enqueue(job("k")).await;
    world.until(&before, State::Done).await;
    world.redis.as_mut().unwrap().stop();
    // A commit does not wait for Redis.
    let begun = std::time::Instant::now();
    let during = world.enqueue(job("k")).await;
    assert!(
        begun.elapsed() < Duration::from_millis(500),
        "{:?}",
        begun.elapsed()
    );
    if world.setup == Setup::PostgresList {
        // This carrier looks into the ledger by itself while Redis is away.
        world.until(&during, State::Done).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.redis.as_mut().unwrap().resume();
    world.until(&during, State::Done).await;
    let after = world.enqueue(job("k")).await;
    world.until(&after, State::Done).await;
    running.stop().await;
}

pub async fn what_redis_keeps_does_not_grow(world: World) {
    let Some(redis) = &world.redis else { return };
    let running = world.start(|w| w.queue(Q, brisk(4)).handle("k", |_| async { Ok(Done) }));
    for _ in 0..150 {
        world.enqueue(job("k")).await;
    }
    world.until_empty().await;
    let mut keys = redis.keys();
    for _ in 0..100 {
        // The sweep comes every five seconds.
        if keys < 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        keys = redis.keys();
    }
    assert!(keys < 20, "{keys} keys stay");
    running.stop().await;
}

/// How many jobs had an effect, none of them two.
pub async fn each_once(world: &World) -> i64 {
    let all = world.count("SELECT count(*) AS n FROM effects").await;
    let different = world
        .count("SELECT count(DISTINCT job_id) AS n FROM effects")
        .await;
    assert_eq!(all, different, "an effect happened twice");
    all
}
