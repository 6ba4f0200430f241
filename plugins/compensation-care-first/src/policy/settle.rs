//! What a period's unworked leads cost beside the malus for each.

use stellwerk_plugin_sdk::prelude::*;

use super::CareFirst;

/// Beyond this, counts are taken as this, so that nothing overflows.
const COUNT_MAX: i64 = 1_000_000_000;

impl CareFirst {
    /// Who has left more than the allowed share unworked keeps a part of what its
    /// projects have earned in the period.
    pub(super) fn settle_period(&self, input: &SettleInput) -> Settlement {
        let words = &self.words;
        let partners = &input.partners;
        let claimed = partners.integers(words.figure_claimed);
        let unworked = partners.integers(words.figure_unworked);
        let project = partners.integers(words.balance_project);
        let rows = partners.len();
        let mut shares = Vec::with_capacity(rows);
        let mut parts = Vec::with_capacity(rows);
        let mut settlement = Settlement::none();
        for row in 0..rows {
            let claimed = claimed.get(row).unwrap_or(0).clamp(0, COUNT_MAX);
            let unworked = unworked.get(row).unwrap_or(0).clamp(0, COUNT_MAX);
            let project = Money(project.get(row).unwrap_or(0));
            // Leads of an earlier period may become unworked in one without a claim.
            shares.push(unworked * 1_000 / claimed.max(1));
            parts.push(project.0);
            let too_many = unworked * 1_000_000 > claimed * self.config.unworked.share_max;
            // Where cancellations took back more than was earned, nothing is left to cut.
            if !too_many || project <= Money::ZERO {
                continue;
            }
            let kept = project.times_millionths(self.config.unworked.project_kept);
            let malus = kept - project;
            let reason = Reason::of("unworked-share")
                .with(unworked)
                .with(claimed)
                .weighing(malus.0);
            settlement.post(words.malus, row, malus.0, reason);
            if malus < Money::ZERO {
                let holder = Holder::Partner(row as u32);
                settlement.notices.push((holder, Notice::Malus));
            }
        }
        settlement.terms = vec![
            (Word::of("unworked-share"), shares),
            (Word::of("project-part"), parts),
        ];
        settlement
    }
}
