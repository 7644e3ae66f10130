//! Counts in time.
