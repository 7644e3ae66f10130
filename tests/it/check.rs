//! What `check` says about folders, good and bad.
