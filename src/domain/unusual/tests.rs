//! What the detector promises, on invented watches.
