#![no_main]

// The render's parallel parts run on this thread: an input costs no hand-over.
libfuzzer_sys::fuzz_target!(init: { bindery_fuzz::one_thread() }, |data: &[u8]| {
    bindery_engine::fuzzing::pdf(data)
});
