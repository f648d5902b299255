//! Tests of several modules together.

mod round_trips;
