//! What was built for a released version of the interface goes on working: the
//! components of `tests/corpus` load and answer byte for byte what they answered
//! when they were put there, and the text that they were built from stays. README.md
//! there says how the folder of a version is made.

mod asking;
mod corpus;
mod making;
mod text;
