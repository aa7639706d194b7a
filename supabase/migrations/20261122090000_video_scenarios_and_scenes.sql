-- Scenarios and their scenes. Every statement may meet an empty database, tables of the service before
-- this one with rows in them, or its own earlier run: rows and columns that are there stay.

begin;

-- A new table is closed to browsers at once. Who reads one that is there already loses that in the migration of the
-- rights, which says so.
do $$
declare
  browsers constant text := (
    select concat_ws(', ', 'public', string_agg(quote_ident(r.rolname), ', '))
    from pg_roles r where r.rolname in ('anon', 'authenticated'));
  missing text;
begin
  foreach missing in array array['video_scenarios', 'video_scenes'] loop
    continue when to_regclass('public.' || missing) is not null;
    execute format('create table public.%I (id uuid primary key default gen_random_uuid())', missing);
    execute format('alter table public.%I enable row level security', missing);
    execute format('revoke all on public.%I from %s', missing, browsers);
  end loop;
end $$;

alter table public.video_scenarios
  add column if not exists id uuid not null default gen_random_uuid(),
  add column if not exists short_id text,
  add column if not exists user_id text,
  add column if not exists title text not null default '',
  add column if not exists description text not null default '',
  add column if not exists script text not null default '',
  add column if not exists scene_count integer not null default 0,
  add column if not exists estimated_duration double precision not null default 0,
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists created_at timestamptz not null default now();

alter table public.video_scenes
  add column if not exists id uuid not null default gen_random_uuid(),
  add column if not exists scene_number integer,
  add column if not exists description text not null default '',
  add column if not exists duration double precision not null default 0,
  add column if not exists image_prompt text not null default '',
  add column if not exists visual_prompt text not null default '',
  add column if not exists product_reference_image_url text,
  add column if not exists image_reasoning text,
  add column if not exists image_url text,
  add column if not exists status text not null default 'pending',
  add column if not exists failure_reason text,
  add column if not exists image_note text,
  add column if not exists generation_id text,
  add column if not exists created_at timestamptz not null default now(),
  add column if not exists updated_at timestamptz not null default now();

-- The service's ids are UUIDs. A table that is already there may keep them as text, but not as numbers.
do $$
declare
  wrong text;
begin
  select string_agg(format('%s.%s is %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod)), ', ')
  into wrong
  from pg_attribute a
  where a.attrelid in ('public.video_scenarios'::regclass, 'public.video_scenes'::regclass)
    and a.attname in ('id', 'scenario_id')
    and a.atttypid not in ('uuid'::regtype, 'text'::regtype, 'varchar'::regtype);

  if wrong is not null then
    raise exception 'The service needs ids of type uuid or text, but %', wrong
      using hint = 'Rename the old table, and run the migrations again: nothing was changed.';
  end if;
end $$;

-- An upsert needs a unique id.
do $$
declare
  target regclass;
begin
  foreach target in array array['public.video_scenarios'::regclass, 'public.video_scenes'::regclass] loop
    if not exists (
      select from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = target and i.indisunique and i.indisvalid
        and i.indnkeyatts = 1 and i.indpred is null and a.attname = 'id'
    ) then
      execute format('create unique index on %s (id)', target);
    end if;
  end loop;
end $$;

-- A scene names its scenario by an id of the same type.
do $$
declare
  id_type text;
begin
  select format_type(a.atttypid, a.atttypmod) into id_type
  from pg_attribute a
  where a.attrelid = 'public.video_scenarios'::regclass and a.attname = 'id';

  execute format(
    'alter table public.video_scenes add column if not exists scenario_id %s
       references public.video_scenarios (id) on delete cascade', id_type);
end $$;

-- Columns that are already there, but too narrow: whole seconds, short texts, and not null where the
-- service has nothing to write. A view on such a column keeps it from changing: that is said, not fatal.
do $$
declare
  narrow record;
  texts constant text[] := array['title', 'description', 'script', 'image_prompt', 'visual_prompt',
    'product_reference_image_url', 'image_reasoning', 'image_url', 'status'];
  optional constant text[] := array['product_reference_image_url', 'image_reasoning', 'image_url'];
begin
  for narrow in
    select c.table_name, c.column_name,
      case when c.column_name = any (texts) then 'text' else 'double precision' end as wide_type
    from information_schema.columns c
    where c.table_schema = 'public' and c.table_name in ('video_scenarios', 'video_scenes')
      and ((c.column_name in ('duration', 'estimated_duration') and c.data_type in ('smallint', 'integer', 'bigint'))
        or (c.column_name = any (texts) and c.data_type = 'character varying'))
  loop
    begin
      execute format('alter table public.%I alter column %I type %s',
        narrow.table_name, narrow.column_name, narrow.wide_type);
    exception when feature_not_supported then
      raise warning '%.% could not become %: %', narrow.table_name, narrow.column_name, narrow.wide_type, sqlerrm;
    end;
  end loop;

  for narrow in
    select c.column_name
    from information_schema.columns c
    where c.table_schema = 'public' and c.table_name = 'video_scenes'
      and c.column_name = any (optional) and c.is_nullable = 'NO'
  loop
    execute format('alter table public.video_scenes alter column %I drop not null', narrow.column_name);
  end loop;
end $$;

-- The service knows more states than the one before it: an enum learns them, a check on the status goes.
do $$
declare
  status_column pg_attribute;
  state text;
  old_check name;
begin
  select * into status_column
  from pg_attribute a
  where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'status';

  if exists (select from pg_type t where t.oid = status_column.atttypid and t.typtype = 'e') then
    foreach state in array array['pending', 'generating', 'completed', 'skipped', 'failed', 'cancelled'] loop
      execute format('alter type %s add value if not exists %L', status_column.atttypid::regtype, state);
    end loop;
  end if;

  for old_check in
    select c.conname
    from pg_constraint c
    where c.conrelid = 'public.video_scenes'::regclass and c.contype = 'c' and c.conkey = array[status_column.attnum]
  loop
    execute format('alter table public.video_scenes drop constraint %I', old_check);
    raise notice 'video_scenes.status lost its check %, which knew fewer states', old_check;
  end loop;
end $$;

create index if not exists video_scenarios_short_id_idx on public.video_scenarios (short_id);
create index if not exists video_scenarios_user_id_idx on public.video_scenarios (user_id);

-- One row per scene number, unless rows that are already there say otherwise.
do $$
begin
  if exists (
    select from public.video_scenes s
    where s.scenario_id is not null and s.scene_number is not null
    group by s.scenario_id, s.scene_number
    having count(*) > 1
  ) then
    create index if not exists video_scenes_scenario_id_idx on public.video_scenes (scenario_id, scene_number);
    raise notice 'Scenes share a number within a scenario, so (scenario_id, scene_number) is not unique';
  else
    create unique index if not exists video_scenes_scenario_id_scene_number_key
      on public.video_scenes (scenario_id, scene_number);
  end if;
end $$;

create or replace function public.touch_video_scene() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end $$;

create or replace trigger touch_video_scene
  before update on public.video_scenes
  for each row execute function public.touch_video_scene();

do $$
begin
  if exists (select from pg_roles where rolname = 'service_role') then
    grant select, insert, update, delete on public.video_scenarios, public.video_scenes to service_role;
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
