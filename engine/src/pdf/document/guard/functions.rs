//! What it costs to evaluate a function once (ISO 32000-2, 7.10).

use hayro_syntax::object::{Array, Number, Stream};

/// Steps of a function that is a stream: operators of a program, corners of a table's cell.
/// 0 for a stream that is no function.
pub(super) fn steps(stream: &Stream<'_>) -> u64 {
    match stream.dict().get::<u8>("FunctionType") {
        Some(0) => {
            let sizes = stream.dict().get::<Array<'_>>("Size");
            let sizes = sizes.iter().flat_map(Array::iter::<Number>);
            let wide = sizes.filter(|size| size.as_i64() > 1).take(62).count();
            1 << wide
        }
        // The shortest operator has two letters and a blank.
        Some(4) => match stream.decoded_data() {
            Ok(program) => program.len() as u64 / 3,
            Err(_) => 0,
        },
        _ => 0,
    }
}
