//! All stories but one in one program: it is linked once, and its tests share the
//! processor's cores. `cargo test --test stories a_lead_finds` runs some of them.

mod a_backup_brings_everything_back;
mod a_candidate_is_asked_beside;
mod a_candidate_is_compared_before_it_decides;
mod a_contract_in_use_is_tried;
mod a_contract_is_run_by_requests;
mod a_decision_is_proved;
mod a_folder_of_policies_is_followed;
mod a_guest_in_c_answers;
mod a_killed_server_loses_nothing;
mod a_lead_finds_its_partner;
mod a_new_plugin_builds_at_once;
mod a_partner_is_paid;
mod a_person_is_forgotten;
mod a_plan_is_tried_with_some_partners;
mod a_plugin_is_bound_while_it_is_written;
mod a_released_schema_is_served;
mod a_reseller_serves_two;
mod a_rule_is_swapped_on_a_live_contract;
mod a_rule_that_does_harm_is_stopped;
mod a_server_goes_on_while_the_next_upgrades;
mod a_server_starts_on_its_own_data;
mod an_outage_passes;
mod arrows_run_down;
mod business_is_reported;
mod callers_have_limits;
mod components_stand_side_by_side;
mod each_sees_and_changes_its_own;
mod earlier_leads_are_told;
mod every_decision_is_sealed;
mod files_become_history;
mod four_weeks_are_played;
mod free_text_is_kept_closed;
#[allow(dead_code)]
mod guest;
mod hosts_run_one_generation;
mod migrations_only_add;
mod neither_sees_the_other;
mod nothing_breaks_the_server;
mod nothing_personal_gets_out;
mod operators_see_what_goes_on;
mod plans_are_tried_before_they_are_signed;
mod plans_are_tried_beside_the_live_system;
mod plugins_go_on_working;
mod postgres_is_reached_over_tls;
mod random_months_are_paid;
mod real_files_become_history;
mod real_leads_are_judged;
mod real_plans_are_tried;
mod secrets_stay_secret;
mod the_command_line_is_clear;
mod the_examples_fit_the_server;
mod the_first_valid_claim_wins;
mod the_operator_shares_plugins;
mod the_readme_does_what_it_says;
mod the_threats_are_shown;
mod traces_reach_a_collector;
mod what_goes_wrong_is_said;
mod what_is_altered_is_named;
mod what_is_killed_is_done_once;
mod what_it_is_built_of;
mod what_was_begun_is_finished;
mod who_gets_which_leads_is_tried;
mod who_may_do_what;

/// The program under test.
const STELLWERK: &str = env!("CARGO_BIN_EXE_stellwerk");
