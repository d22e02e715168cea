//! One suite over every database and carrier of permits: what the ledger promises holds on all.
#![expect(clippy::unwrap_used, reason = "in a test it is the assertion")]

mod control;
mod crash;
mod drain;
mod enqueue;
mod order;
mod outcome;
mod permits;
mod world;

/// Runs each fact over the four setups, as a test of its own.
macro_rules! conformance {
    ($($theme:ident { $($fact:ident),* $(,)? })*) => {
        conformance!(@setup sqlite_local SqliteLocal $($theme { $($fact),* })*);
        conformance!(@setup postgres_local PostgresLocal $($theme { $($fact),* })*);
        conformance!(@setup postgres_redis PostgresRedis $($theme { $($fact),* })*);
        conformance!(@setup postgres_list PostgresList $($theme { $($fact),* })*);
    };
    (@setup $name:ident $setup:ident $($theme:ident { $($fact:ident),* })*) => {
        mod $name {
            $(mod $theme {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let _ = tracing_subscriber::fmt().with_test_writer()
                        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).try_init();
                    let setup = crate::world::Setup::$setup;
                    if let Some(world) = crate::world::world(setup, crate::world::quick()).await {
                        crate::$theme::$fact(world).await;
                    }
                })*
            })*
        }
    };
}

conformance! {
    enqueue {
        a_rolled_back_transaction_leaves_no_job,
        a_commit_wakes_a_worker_at_once,
        until_done_folds_into_the_waiting_and_the_running_job,
        until_start_runs_again_after_a_change_during_the_run,
        folding_lifts_the_priority,
        a_delayed_job_waits_its_time,
        a_job_of_another_process_is_noticed,
        two_enqueue_the_same_key_at_once,
        hints_tell_every_change,
    }
    order {
        read_now_overtakes_five_hundred_bulk_jobs,
        first_come_first_served_within_a_priority,
        a_job_can_be_moved_forward,
        a_paused_queue_rests_until_resumed,
        future_jobs_are_not_in_the_way,
    }
    outcome {
        a_failed_job_comes_back_and_dies_after_its_attempts,
        backoff_lets_a_job_rest,
        retry_after_waits_as_long_as_asked,
        abort_is_dead_at_once,
        a_panic_is_a_failed_attempt,
        a_job_that_takes_too_long_is_a_failed_attempt,
        effects_and_end_are_one_transaction,
        a_stale_worker_cannot_finish,
        an_unknown_kind_is_left_to_others,
    }
    control {
        a_waiting_job_is_cancelled_at_once,
        a_running_job_is_told_to_stop,
        a_handler_that_ignores_its_cancel_is_dropped,
        a_dead_job_is_retried_by_hand,
        a_dead_job_stays_dead_while_its_key_lives_again,
        the_list_pages_over_live_and_ended_jobs_without_gaps,
        depths_count_what_there_is,
        progress_is_told,
        old_history_is_pruned_and_the_dead_are_kept,
    }
    permits {
        doubled_permits_harm_nothing,
        lost_permits_are_made_up,
        without_redis_work_goes_on_when_it_is_back,
        what_redis_keeps_does_not_grow,
    }
    drain {
        running_jobs_may_finish,
        what_does_not_finish_goes_back_uncounted,
        an_error_during_the_drain_does_not_count,
    }
    crash {
        a_killed_worker_loses_nothing_and_repeats_nothing,
        a_job_that_kills_its_worker_dies_after_its_attempts,
        two_keepers_do_no_harm,
        a_running_row_that_nobody_holds_is_given_up,
        a_handler_whose_job_was_taken_away_stops,
    }
}
