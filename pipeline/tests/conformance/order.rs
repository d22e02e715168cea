use std::time::{Duration, Instant};

use bindery_pipeline::{Done, NewJob, Priority, State, jobs};
use serde_json::json;

use crate::world::{Notes, Q, World, job};

pub async fn read_now_overtakes_five_hundred_bulk_jobs(world: World) {
    let mut tx = world.pipeline.begin().await.unwrap();
    for _ in 0..500 {
        tx.enqueue(job("k").priority(Priority::Bulk)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            seen.note(format!("{:?}", ctx.job().priority));
            async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(Done)
            }
        })
    });
    notes.until(3).await;
    let before = notes.all().len();
    let id = world.enqueue(job("k").priority(Priority::ReadNow)).await;
    world.until(&id, State::Done).await;
    let at = notes.all().iter().position(|p| p == "ReadNow").unwrap();
    assert!(at <= before + 3, "{} bulk jobs went first", at - before);
    running.stop().await;
}

pub async fn first_come_first_served_within_a_priority(world: World) {
    for n in 0..20 {
        let new = NewJob::new(Q, "k", json!({ "n": n }));
        world.enqueue(new).await;
    }
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            seen.note(ctx.job().payload["n"].to_string());
            async { Ok(Done) }
        })
    });
    notes.until(20).await;
    let wanted: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    assert_eq!(notes.all(), wanted);
    running.stop().await;
}

pub async fn a_job_can_be_moved_forward(world: World) {
    let first = world.enqueue(job("k")).await;
    let last = world.enqueue(job("k").priority(Priority::Bulk)).await;
    let mut tx = world.pipeline.begin().await.unwrap();
    jobs::set_priority(&mut tx, &last, Priority::ReadNow)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |ctx| {
            seen.note(ctx.job().id.clone());
            async { Ok(Done) }
        })
    });
    notes.until(2).await;
    assert_eq!(notes.all(), [last, first]);
    running.stop().await;
}

pub async fn a_paused_queue_rests_until_resumed(world: World) {
    let mut tx = world.pipeline.begin().await.unwrap();
    jobs::pause(&mut tx, Q).await.unwrap();
    tx.commit().await.unwrap();
    let running = world.start(|w| w.handle("k", |_| async { Ok(Done) }));
    let id = world.enqueue(job("k")).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.get(&id).await.state, State::Queued);
    assert!(jobs::queues(world.pipeline.db()).await.unwrap()[0].paused);
    let mut tx = world.pipeline.begin().await.unwrap();
    jobs::resume(&mut tx, Q).await.unwrap();
    tx.commit().await.unwrap();
    world.until(&id, State::Done).await;
    running.stop().await;
}

pub async fn future_jobs_are_not_in_the_way(world: World) {
    let mut tx = world.pipeline.begin().await.unwrap();
    for _ in 0..3000 {
        let later = job("k")
            .priority(Priority::ReadNow)
            .delay(Duration::from_secs(3600));
        tx.enqueue(later).await.unwrap();
    }
    tx.commit().await.unwrap();
    let notes = Notes::default();
    let seen = notes.clone();
    let running = world.start(|w| {
        w.handle("k", move |_| {
            seen.note("ran");
            async { Ok(Done) }
        })
    });
    let begun = Instant::now();
    for _ in 0..20 {
        world.enqueue(job("k").priority(Priority::Bulk)).await;
    }
    notes.until(20).await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "took {:?}",
        begun.elapsed()
    );
    let depth = jobs::queues(world.pipeline.db()).await.unwrap().remove(0);
    assert_eq!(depth.scheduled, 3000);
    running.stop().await;
}
