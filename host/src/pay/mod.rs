//! The use-cases of money. Events come first; here they are paid, one contract's
//! after the other, and everything can be computed again from them.
//!
//! - `award`: the lane pays each event when it has been committed. What it books
//!   is provisional.
//! - `close`: a period that is over is computed anew in the order in which its
//!   events occurred, settled, and closed; only differences are booked.
//! - `late`: an event of a closed period has the closed periods computed anew;
//!   the differences are booked in the open one, with what they adjust.
//! - `history`: what is known whole is paid in the order in which it occurred, and closed.
//! - `recalculate`: somebody has a period computed anew, to see what differs, or to have
//!   it booked as if something had come late.
//! - `candidate`: what a component that is tried would have paid; nothing of it is
//!   booked.
//! - `dispute`: a partner does not agree with a line, and is answered.
//! - `wake`: a component asked to be woken.

mod ask;
mod award;
mod before;
mod booked;
mod books;
mod candidate;
mod close;
mod dispute;
mod error;
mod groups;
mod history;
mod holders;
mod lane;
mod late;
mod on_trial;
mod overview;
mod payees;
mod periods;
mod posting;
mod recalculate;
mod recompute;
mod settle;
mod statement;
mod subjects;
#[cfg(test)]
pub(crate) mod tests;
mod turn;
mod wake;

pub use award::pay_waiting;
pub use booked::is_booked;
pub use candidate::compare_waiting;
pub use close::{close, close_due};
pub use dispute::{NewAnswer, answer, dispute};
pub use error::Error;
pub use history::pay_history;
pub use on_trial::{OnTrial, PaidBy, TriedWith};
pub use overview::{AccountTotal, Overview, overview};
pub use periods::periods;
pub use recalculate::{Deviation, deviations, recalculate};
pub use statement::{Statement, Total, account_kinds, statement};
pub use wake::wake;
