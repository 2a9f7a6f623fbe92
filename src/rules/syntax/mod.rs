//! See the rule book.
