//! What is counted of one provider in one period, as a plan is told when it settles.

use super::parameters::{Course, Measure, Share};
use crate::domain::event::EventCode;
use crate::domain::figure::Figure;
use crate::domain::generation::WHOLE;

/// What is counted of one provider in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub claimed: i64,
    /// Leads that were first worked in the period, and of these those in time.
    pub worked: i64,
    pub in_time: i64,
    pub contacted: i64,
    pub care_contacts: i64,
    pub data_complete: i64,
    pub won: i64,
    pub lost: i64,
    pub unworked: i64,
    pub cancelled: i64,
    /// Minor units.
    pub sales: i64,
}

impl Tally {
    /// Counts what is reported, or becomes of a lead; `value` is that of a deal.
    pub fn count(&mut self, code: EventCode, value: Option<i64>) {
        match code {
            EventCode::Claimed => self.claimed += 1,
            EventCode::Contacted => self.contacted += 1,
            EventCode::CareContact => self.care_contacts += 1,
            EventCode::DataComplete => self.data_complete += 1,
            EventCode::Won => {
                self.won += 1;
                self.sales = self.sales.saturating_add(value.unwrap_or(0));
            }
            EventCode::Lost => self.lost += 1,
            EventCode::Unworked => self.unworked += 1,
            EventCode::Cancelled => self.cancelled += 1,
            _ => {}
        }
    }

    /// Counts the first work on a lead.
    pub fn count_work(&mut self, within_sla: bool) {
        self.worked += 1;
        self.in_time += i64::from(within_sla);
    }

    /// As the host counts it; none where a simulation has no such figure.
    pub fn figure(&self, figure: Figure) -> Option<i64> {
        match figure {
            Figure::Claimed => Some(self.claimed),
            Figure::Contacted => Some(self.contacted),
            Figure::CareContacts => Some(self.care_contacts),
            Figure::DataComplete => Some(self.data_complete),
            Figure::Won => Some(self.won),
            Figure::Lost => Some(self.lost),
            Figure::Cancelled => Some(self.cancelled),
            Figure::Unworked => Some(self.unworked),
            Figure::Sales => Some(self.sales),
            // In thousandths; without claims there is no share.
            Figure::WithinSla => (self.claimed > 0)
                .then(|| self.in_time.min(self.claimed) * 1_000 / self.claimed.max(1)),
            Figure::Recalled | Figure::Declined | Figure::Lapsed => Some(0),
            Figure::Received
            | Figure::Eligible
            | Figure::Open
            | Figure::OpenWithoutFeedback
            | Figure::FeedbackOverdue
            | Figure::WonLastForCustomerDays => None,
        }
    }

    /// A share of what was claimed, in parts per million; none without claims.
    pub fn share(&self, share: Share) -> Option<i64> {
        let count = match share {
            Share::Worked => self.worked,
            Share::InTime => self.in_time,
            Share::CaredFor => self.care_contacts,
            Share::DataComplete => self.data_complete,
        };
        // Leads of the period before may be worked in this one.
        (self.claimed > 0).then(|| count.min(self.claimed) * WHOLE / self.claimed)
    }

    /// What a measure comes to, in millionths of its unit.
    pub fn measure(&self, measure: &Measure) -> Option<i64> {
        match measure.course {
            Course::Fixed(value) => Some(value),
            Course::By { share, none, all } => {
                let share = i128::from(self.share(share)?);
                let rise = (i128::from(all) - i128::from(none)) * share / i128::from(WHOLE);
                i64::try_from(i128::from(none) + rise).ok()
            }
        }
    }
}
