-- Who looks for lost work in a vendor's list must know which other attempts may have work there of which the id is not known. They are few.
create index attempts_in_doubt on attempts (connector, vendor_model, created_at)
  where vendor_id is null and state in ('creating', 'unknown', 'abandoned');
