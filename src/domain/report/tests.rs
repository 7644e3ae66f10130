//! Reports of invented lives.
