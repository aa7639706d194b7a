-- Columns that the later steps of the service before this one read (style, mood, resolution and the like) are filled from
-- what was posted, where a table has them. A value that does not fit such a column is left out: it never refuses a save.
-- May run again, like the others; it looks anew which columns are there.

begin;

-- The first of the values that the column takes, by its type and by its own checks. The values are tried in order.
create or replace function public.fill_column(row_to_fill anyelement, its_table regclass, column_name text, choices jsonb)
returns anyelement
language plpgsql
set search_path = ''
as $$
declare
  its_column pg_catalog.pg_attribute;
  choice jsonb;
  filled alias for $0;
  rule text;
  fits boolean;
begin
  select * into its_column
  from pg_catalog.pg_attribute a
  where a.attrelid = its_table and a.attname = column_name and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';

  -- What another program has written stays; a default is no such thing.
  if not found or (not its_column.atthasdef and pg_catalog.to_jsonb(row_to_fill) ->> column_name is not null) then
    return row_to_fill;
  end if;

  for choice in select value from pg_catalog.jsonb_array_elements(choices) loop
    continue when choice = 'null';
    begin
      filled := pg_catalog.jsonb_populate_record(row_to_fill, pg_catalog.jsonb_build_object(column_name, choice));
      fits := true;
      for rule in
        select pg_catalog.pg_get_expr(c.conbin, c.conrelid)
        from pg_catalog.pg_constraint c
        where c.conrelid = its_table and c.contype = 'c' and c.conkey = array[its_column.attnum]
      loop
        execute 'select coalesce(' || rule || ', true) from (select ($1).*) t' into fits using filled;
        exit when not fits;
      end loop;
      if fits then
        return filled;
      end if;
    exception when data_exception or check_violation then
      null; -- the next one may fit
    end;
  end loop;
  return row_to_fill;
end $$;

-- The size in the words of RunwayML's video models: as posted where it is one of theirs, else the usual one of its shape.
create or replace function public.video_resolutions(metadata jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  said constant text := lower(regexp_replace(
    concat_ws(' ', metadata ->> 'resolution', metadata ->> 'aspect_ratio', metadata ->> 'aspectRatio', metadata ->> 'orientation',
      (metadata ->> 'width') || 'x' || (metadata ->> 'height')),
    '([0-9]),([0-9]{3})', '\1\2', 'g'));
  sides text[] := regexp_match(said, '([0-9.]+) *(?:px)? *(?:[:x×*/]|by) *([0-9.]+)');
  exact text;
  shape int;
begin
  sides := coalesce(sides, regexp_match(said, 'width\D{1,5}([0-9]+).{1,12}height\D{1,5}([0-9]+)'));
  sides := coalesce(sides,
    (select array[m[2], m[1]] from regexp_match(said, 'height\D{1,5}([0-9]+).{1,12}width\D{1,5}([0-9]+)') m where m is not null));
  exact := sides[1] || ':' || sides[2];
  shape := case
    when sides is not null then sign(sides[1]::numeric - sides[2]::numeric)
    when said ~ 'landscape|horizontal|wide' then 1
    when said ~ 'portrait|vertical|upright' then -1
    when said ~ 'square' then 0
  end;
  return jsonb_build_array(
    case when exact in ('1280:720', '720:1280', '1104:832', '832:1104', '960:960', '1584:672', '1280:768', '768:1280',
      '1920:1080', '1080:1920', '1440:1440') then exact end,
    case shape when 1 then '1280:720' when -1 then '720:1280' when 0 then '960:960' end);
exception when data_exception then
  return '[]'; -- such as 1.2.3:4
end $$;

create or replace function public.fill_original_scenario() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  posted constant jsonb := coalesce(to_jsonb(new.metadata), '{}');
  plain text;
begin
  foreach plain in array array['style', 'mood', 'environment', 'detected_demographics', 'thumbnail_prompt', 'thumbnail_url',
    'thumbnail_text_overlay_prompt']
  loop
    new := public.fill_column(new, tg_relid, plain, jsonb_build_array(posted -> plain));
  end loop;
  new := public.fill_column(new, tg_relid, 'total_duration',
    jsonb_build_array(new.estimated_duration, round(new.estimated_duration::numeric)));
  new := public.fill_column(new, tg_relid, 'resolution', public.video_resolutions(posted));
  new := public.fill_column(new, tg_relid, 'audio_script', jsonb_build_array(
    (posted -> 'audio_script') || jsonb_strip_nulls(jsonb_build_object('hashtags', posted -> 'hashtags'))));
  return new;
end $$;

create or replace function public.fill_original_scene() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  posted constant jsonb := (
    select v.metadata -> 'scene_fields' -> new.scene_number::text
    from public.video_scenarios v where v.id = new.scenario_id);
begin
  new := public.fill_column(new, tg_relid, 'text_overlay_prompt', jsonb_build_array(posted -> 'text_overlay_prompt'));
  return public.fill_column(new, tg_relid, 'title', jsonb_build_array(posted -> 'title', left(new.description, 200)));
end $$;

do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('video_scenarios', 'fill_original_scenario', array['style', 'mood', 'environment', 'detected_demographics',
        'thumbnail_prompt', 'thumbnail_url', 'thumbnail_text_overlay_prompt', 'total_duration', 'resolution', 'audio_script']),
      ('video_scenes', 'fill_original_scene', array['text_overlay_prompt', 'title'])) w (its_table, its_trigger, its_columns)
  loop
    execute format('drop trigger if exists %I on public.%I', wanted.its_trigger, wanted.its_table);
    if exists (
      select from information_schema.columns c
      where c.table_schema = 'public' and c.table_name = wanted.its_table and c.column_name = any (wanted.its_columns))
    then
      execute format('create trigger %I before insert on public.%I for each row execute function public.%I()',
        wanted.its_trigger, wanted.its_table, wanted.its_trigger);
    end if;
  end loop;
end $$;

-- The triggers call what they need as its owner, whoever inserts; nobody else is to call it.
do $$
declare
  roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role'));
  made text;
begin
  foreach made in array array['public.fill_column(anyelement, regclass, text, jsonb)', 'public.video_resolutions(jsonb)',
    'public.fill_original_scenario()', 'public.fill_original_scene()']
  loop
    execute format('revoke execute on function %s from public%s', made, coalesce(', ' || roles, ''));
  end loop;
end $$;

notify pgrst, 'reload schema';

commit;
