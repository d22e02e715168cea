//! The servers start, answer, and are gone with their handle.

use std::net::TcpStream;

use bindery_test_servers::{Postgres, Redis, S3, skip};

#[test]
fn each_test_gets_an_empty_database_of_its_own() {
    let (Some(a), Some(b)) = (Postgres::database(), Postgres::database()) else {
        return skip("PostgreSQL is not installed");
    };
    assert_ne!(a.url(), b.url());
}

#[test]
fn a_dropped_server_no_longer_listens() {
    let Some(redis) = Redis::start() else {
        return skip("Redis is not installed");
    };
    let address = redis.url().trim_start_matches("redis://").to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    drop(redis);
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn the_s3_server_has_its_bucket() {
    let Some(s3) = S3::start() else {
        return skip("SeaweedFS is not installed");
    };
    assert!(s3.storage_url().contains(s3.bucket()));
}

#[test]
fn redis_can_be_taken_away_and_comes_back_empty() {
    let Some(mut redis) = Redis::start() else {
        return skip("Redis is not installed");
    };
    redis.stop();
    let address = redis.url().trim_start_matches("redis://").to_owned();
    assert!(TcpStream::connect(&address).is_err());
    redis.resume();
    redis.flush_all();
    assert_eq!(redis.keys(), 0);
}
