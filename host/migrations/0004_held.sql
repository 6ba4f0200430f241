-- What a partner holds now, however many claims there have been.
CREATE INDEX claim_held ON claim (manufacturer, partner) WHERE ended_at IS NULL;
