-- How many claims each partner holds, and how many of them are silent or late, from the
-- index alone, for every ranking asks for it. It can do what claim_open is for, which
-- can go when no host of the version before is left.
CREATE INDEX claim_counted
    ON claim (manufacturer, contract, partner, last_feedback_at, feedback_due_at, ended_at)
    WHERE ended_at IS NULL;
