-- Who looks for lost work in a vendor's list must know which other attempts may have work there of which the id is not known. They are few.
create index attempts_in_doubt on attempts (connector, vendor_model, created_at)
  where vendor_id is null and state in ('creating', 'unknown', 'abandoned');

-- The route that an attempt took, as the catalogue had it then: who looks for lost work after the catalogue has changed asks at the same place. Null for
-- attempts of the release before. json, not jsonb: whatever a catalogue says must be takeable here.
alter table attempts add column route_taken json;
