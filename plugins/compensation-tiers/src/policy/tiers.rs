//! What a base earns by its tiers. Only the end is rounded, so that what a base earns
//! in two steps sums to what it earns in one.

mod interpolated;
mod marginal;
mod slab;

use stellwerk_plugin_sdk::prelude::*;

use super::Tiers;
pub(super) use marginal::slices;
pub(super) use slab::reached;

impl Tiers {
    /// What a base has earned in all. One below 0, such as a discount, earns as much
    /// less.
    pub(super) fn earned(&self, base: Money) -> Money {
        if base < Money::ZERO {
            return -self.earned(-base);
        }
        match self {
            Self::Marginal(tiers) => marginal::earned(tiers, base),
            Self::Slab(tiers) => slab::earned(tiers, base),
            Self::Interpolated(tiers) => interpolated::earned(tiers, base),
        }
    }
}
