-- Why an attempt's route was chosen: in words that a customer may read, and the figures that were compared, for operators. The release before writes
-- neither.
alter table attempts add column chosen text;
alter table attempts add column chosen_by text;
