//! Read back with a reader of somebody else's.
