//! Who may not take the lead, and why.

use stellwerk_plugin_sdk::prelude::*;

use super::WeightedMatching;

impl WeightedMatching {
    /// The hard filters; of several the first that fits is the reason.
    pub(super) fn exclude(&self, context: &Context, input: &RankInput, ranking: &mut Ranking) {
        let candidates = &input.candidates;
        let columns = &self.columns;
        let now = context.now.micros;
        let blocked = candidates.integers(columns.blocked_until);
        let leave = candidates.integers(columns.leave_until);
        let portfolio = candidates.sets(columns.portfolio);
        let languages = candidates.sets(columns.languages);
        let certificates = candidates.sets(columns.certificates);
        let distance = candidates.numbers(columns.distance);
        let capacity = candidates.integers(columns.capacity);
        let used = candidates.integers(columns.capacity_used);
        let level = candidates.texts(columns.level);
        let asked = self.certificates_asked(input);
        let language = input.lead.attributes.text(self.config.language);
        let sizes = self.levels_for(input);
        for row in 0..candidates.len() {
            if let Some(reason) = self.earlier(input, row) {
                ranking.exclude(row, reason);
            }
            if blocked.get(row).is_some_and(|until| until > now) {
                ranking.exclude(row, "blocked");
            }
            if leave.get(row).is_some_and(|until| until > now) {
                ranking.exclude(row, "on-leave");
            }
            if let Some(product) = input.lead.product
                && !portfolio.get(row).is_empty()
                && !portfolio.has(row, product)
            {
                ranking.exclude(row, "not-in-portfolio");
            }
            if self.config.certificates_needed
                && asked.iter().any(|asked| !certificates.has(row, *asked))
            {
                ranking.exclude(row, "certificate-missing");
            }
            if let Some(language) = language
                && !languages.get(row).is_empty()
                && !languages.has(row, language)
            {
                ranking.exclude(row, "language");
            }
            if !self.may_work_there(input, row) {
                ranking.exclude(row, "region");
            }
            if distance
                .get(row)
                .is_some_and(|km| km > self.config.distance_km_max)
            {
                ranking.exclude(row, "too-far");
            }
            if capacity
                .get(row)
                .is_some_and(|capacity| used.get(row).unwrap_or(0) >= capacity)
            {
                ranking.exclude(row, "no-capacity");
            }
            if let Some(sizes) = &sizes {
                let fits = level
                    .get(row)
                    .and_then(|level| self.levels.iter().position(|known| *known == level))
                    .is_some_and(|position| sizes[position]);
                if !fits {
                    ranking.exclude(row, "wrong-size");
                }
            }
        }
    }

    /// What became of an offer in this cycle that rules another one out.
    fn earlier(&self, input: &RankInput, row: usize) -> Option<&'static str> {
        let state = input.candidates.texts(self.columns.this_cycle).get(row)?;
        let states = &self.states;
        if state == states.declined {
            return Some("declined");
        }
        if state == states.recalled {
            return Some("recalled");
        }
        let again = self.config.waves.ask_lapsed_again && input.wave >= 3;
        (state == states.offered || (state == states.lapsed && !again)).then_some("asked-already")
    }

    fn may_work_there(&self, input: &RankInput, row: usize) -> bool {
        let Some(wanted) = input.lead.country else {
            return true;
        };
        let regions = input.candidates.sets(self.columns.regions);
        if regions.get(row).is_empty() {
            let country = input.candidates.texts(self.columns.country).get(row);
            return country.is_none_or(|own| own == wanted);
        }
        regions.has(row, wanted)
    }

    /// Which levels the project is for, by position: those of its value's band,
    /// and from the second wave on their neighbours too.
    fn levels_for(&self, input: &RankInput) -> Option<Vec<bool>> {
        let value = input.lead.value.or(input.assessed.expected_value)?;
        let band = self
            .bands
            .iter()
            .find(|band| band.below.is_none_or(|below| value < below))?;
        let mut levels = band.levels.clone();
        if input.wave >= 2 {
            for (position, fits) in band.levels.iter().enumerate() {
                if *fits {
                    levels[position.saturating_sub(1)] = true;
                    if let Some(next) = levels.get_mut(position + 1) {
                        *next = true;
                    }
                }
            }
        }
        Some(levels)
    }

    pub(super) fn certificates_asked(&self, input: &RankInput) -> Vec<Word> {
        let attributes = &input.lead.attributes;
        let name = self.config.certificates_asked;
        match attributes.text(name) {
            Some(one) => vec![one],
            None => attributes.texts(name).to_vec(),
        }
    }
}
