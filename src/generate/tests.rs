//! Whole files, taken apart by a splitter that shares no code with the writer.
use super::*;
