//! Mail over real sockets.
