//! What the fuzz targets share.

/// Makes rayon's pool of the calling thread alone.
///
/// # Panics
/// When there is a pool already.
pub fn one_thread() {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .expect("nothing has used the pool yet");
}
