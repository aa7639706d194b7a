-- Every image that a scene has had, and those that are being made anew. A scene shows the one whose URL it has.
-- May run again, like the others.

begin;

alter table public.video_scenarios add column if not exists task_id text;
alter table public.video_scenes
  add column if not exists image_model text,
  add column if not exists image_ratio text,
  add column if not exists image_seed bigint,
  add column if not exists credits_charged integer;

create table if not exists public.video_scene_images (
  run_id text,
  task_id text,
  scene_number integer,
  version integer not null,
  image_prompt text not null default '',
  product_reference_image_url text,
  image_model text,
  image_ratio text,
  image_seed bigint,
  credits_charged integer,
  image_service_credits integer,
  image_url text,
  status text not null,
  failure_reason text,
  generation_id text,
  image_note text,
  taken_by text,
  taken_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

comment on column public.video_scene_images.run_id is
  'Groups the images of the task that makes them anew; null for the image that a scenario was saved with.';

-- Its ids have the type of the scenes' and the scenarios', which may be text.
do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'id');
  scenario_id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
begin
  execute format(
    'alter table public.video_scene_images
       add column if not exists id %1$s primary key,
       add column if not exists scene_id %1$s not null references public.video_scenes (id) on delete cascade,
       add column if not exists scenario_id %2$s', id_type, scenario_id_type);
end $$;

create unique index if not exists video_scene_images_made
  on public.video_scene_images (scene_id, version) where status = 'completed';
create unique index if not exists video_scene_images_under_way
  on public.video_scene_images (scene_id) where status in ('pending', 'generating');
create index if not exists video_scene_images_scene_id_idx on public.video_scene_images (scene_id);
create index if not exists video_scene_images_scenario_id_idx on public.video_scene_images (scenario_id);
create index if not exists video_scene_images_run_id_idx on public.video_scene_images (run_id) where run_id is not null;
create index if not exists video_scene_images_updated_at_idx on public.video_scene_images (updated_at) where run_id is not null;
create index if not exists video_scenarios_created_at_idx on public.video_scenarios (created_at desc);

-- The image that a scenario was saved with is the first: one that was made and charged, or that the first scene had already.
create or replace function public.keep_first_scene_image() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into public.video_scene_images
    (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
     image_model, image_ratio, image_seed, credits_charged, image_service_credits,
     image_url, status, generation_id, image_note)
  select new.id, new.scenario_id, new.id, new.scene_number, 1, v.task_id, new.image_prompt, new.product_reference_image_url,
    new.image_model, new.image_ratio, new.image_seed, new.credits_charged, new.image_service_credits,
    new.image_url, 'completed', new.generation_id, new.image_note
  from (select) one left join public.video_scenarios v on v.id = new.scenario_id
  on conflict do nothing;
  return null;
end $$;

create or replace trigger keep_first_scene_image
  after insert or update of status, image_url on public.video_scenes
  for each row when (new.image_url is not null and new.status::text in ('completed', 'skipped'))
  execute function public.keep_first_scene_image();

insert into public.video_scene_images
  (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
   image_service_credits, image_url, status, generation_id, image_note, created_at, updated_at)
select s.id, s.scenario_id, s.id, s.scene_number, 1, v.task_id, coalesce(s.image_prompt, ''), s.product_reference_image_url,
  s.image_service_credits, s.image_url, 'completed', s.generation_id, s.image_note, s.updated_at, s.updated_at
from public.video_scenes s left join public.video_scenarios v on v.id = s.scenario_id
where s.image_url is not null and s.status::text not in ('generating', 'pending')
on conflict do nothing;

-- An image that was made anew is shown.
create or replace function public.show_scene_image() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.video_scenes s
  set image_url = new.image_url, status = 'completed', failure_reason = null, image_note = new.image_note
  where s.id = new.scene_id;
  return null;
end $$;

create or replace trigger show_scene_image
  after update of status on public.video_scene_images
  for each row when (new.status = 'completed' and old.status <> 'completed')
  execute function public.show_scene_image();

-- Another image in the place of the first is no change of what the scene's own image cost, which is counted by the time.
create or replace function public.touch_video_scene() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.image_url is null or new.image_url is not distinct from old.image_url then
    new.updated_at := now();
  end if;
  return new;
end $$;

-- Inserts images to be made anew, all or none, and answers the task that makes an image of one of the scenes; '' is none.
create or replace function public.begin_scene_images(images jsonb) returns text
language plpgsql
set search_path = ''
as $$
declare
  other text;
begin
  perform from public.video_scenes s
  where s.id in (select wanted.scene_id from jsonb_populate_recordset(null::public.video_scene_images, images) wanted)
  order by s.id
  for update;

  select i.task_id into other
  from public.video_scene_images i
  join jsonb_populate_recordset(null::public.video_scene_images, images) wanted on wanted.scene_id = i.scene_id
  where i.status in ('pending', 'generating') and i.id <> wanted.id
  limit 1;
  if found then
    return coalesce(other, '');
  end if;

  insert into public.video_scene_images
    (id, run_id, task_id, scenario_id, scene_id, scene_number, version, image_prompt, product_reference_image_url,
     image_model, image_seed, status)
  select wanted.id, wanted.run_id, wanted.task_id, s.scenario_id, s.id, s.scene_number,
    1 + coalesce((
      select max(made.version) from public.video_scene_images made
      where made.scene_id = s.id and made.status = 'completed'), 0),
    wanted.image_prompt, wanted.product_reference_image_url, wanted.image_model, wanted.image_seed, 'pending'
  from jsonb_populate_recordset(null::public.video_scene_images, images) wanted
  join public.video_scenes s on s.id = wanted.scene_id
  on conflict (id) do update set status = 'pending', failure_reason = null, version = excluded.version
  where video_scene_images.status = 'cancelled' and video_scene_images.generation_id is null;
  return '';
end $$;

-- Scenarios, newest first; an empty text stands for all, or for the first page.
create or replace function public.list_scenarios(
  short_id text, user_id text, before text, before_id text, max_count integer) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('listed', coalesce(jsonb_agg(to_jsonb(page)), '[]'))
  from (
    select v.id, v.short_id, v.user_id, v.title, v.scene_count, v.task_id, v.created_at, (
      select count(s.image_url) from public.video_scenes s
      where s.scenario_id = v.id and s.status::text not in ('pending', 'generating')) as images
    from public.video_scenarios v
    where ($1 = '' or v.short_id::text = $1) and ($2 = '' or v.user_id::text = $2)
      and ($3 = '' or (v.created_at, v.id::text) < (nullif($3, '')::timestamptz, $4))
    order by v.created_at desc, v.id::text desc
    limit $5) page
$$;

-- The functions that take an id: of a scene or, where none has it, of an image that is made anew; of a scenario, or of
-- the run that makes images anew.
do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'id');
  scenario_id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
begin
  execute format(
    $functions$
    -- All that is stored of a scenario, as of one moment.
    create or replace function public.read_scenario(scenario_id %2$s) returns jsonb
    language sql stable
    set search_path = ''
    as $body$
      select jsonb_build_object(
        'scenario', (select to_jsonb(v) from public.video_scenarios v where v.id = $1),
        'scenes', (
          select coalesce(jsonb_agg(to_jsonb(s) order by s.scene_number), '[]')
          from public.video_scenes s where s.scenario_id = $1),
        'images', (
          select coalesce(jsonb_agg(to_jsonb(i) order by i.created_at, i.scene_number), '[]')
          from public.video_scene_images i where i.scenario_id = $1))
    $body$;

    create or replace function public.update_scene(scene_id %1$s, state jsonb) returns boolean
    language plpgsql
    set search_path = ''
    as $body$
    declare
      given constant public.video_scenes := jsonb_populate_record(null::public.video_scenes, $2);
    begin
      update public.video_scenes s
      set status = given.status, failure_reason = given.failure_reason, generation_id = given.generation_id,
        image_url = given.image_url, image_note = given.image_note, image_service_credits = given.image_service_credits,
        image_model = given.image_model, image_ratio = given.image_ratio, image_seed = given.image_seed,
        credits_charged = given.credits_charged, taken_by = null, taken_until = null
      where s.id = $1;
      if found then
        return true;
      end if;

      update public.video_scene_images i
      set status = given.status::text, failure_reason = given.failure_reason, generation_id = given.generation_id,
        image_url = given.image_url, image_note = given.image_note, image_service_credits = given.image_service_credits,
        image_model = given.image_model, image_ratio = given.image_ratio, image_seed = given.image_seed,
        credits_charged = given.credits_charged, taken_by = null, taken_until = null, updated_at = clock_timestamp()
      where i.id = $1 and i.run_id is not null;
      return found;
    end $body$;

    create or replace function public.end_pending_scenes(group_id %2$s, state jsonb) returns boolean
    language plpgsql
    set search_path = ''
    as $body$
    declare
      given constant public.video_scenes := jsonb_populate_record(null::public.video_scenes, $2);
    begin
      update public.video_scenes s
      set status = given.status, failure_reason = given.failure_reason, generation_id = given.generation_id,
        image_url = given.image_url, image_note = given.image_note, image_service_credits = given.image_service_credits,
        taken_by = null, taken_until = null
      where s.scenario_id = $1 and s.status::text = 'pending';
      update public.video_scene_images i
      set status = given.status::text, failure_reason = given.failure_reason, image_note = given.image_note,
        taken_by = null, taken_until = null, updated_at = clock_timestamp()
      where i.run_id = $1::text and i.status = 'pending';
      return true;
    end $body$;

    create or replace function public.take_scene(scene_id %1$s, runner text, lease_seconds double precision)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    begin
      update public.video_scenes s set taken_by = $2, taken_until = clock_timestamp() + make_interval(secs => $3)
      where s.id = $1 and s.generation_id is null and s.status::text in ('pending', 'generating')
        and (s.taken_by is null or s.taken_by = $2 or s.taken_until <= clock_timestamp());
      if found then
        return true;
      end if;

      update public.video_scene_images i set taken_by = $2, taken_until = clock_timestamp() + make_interval(secs => $3)
      where i.id = $1 and i.run_id is not null and i.generation_id is null and i.status in ('pending', 'generating')
        and (i.taken_by is null or i.taken_by = $2 or i.taken_until <= clock_timestamp());
      return found;
    end $body$;

    create or replace function public.show_image(scene_id %1$s, version integer) returns boolean
    language plpgsql
    set search_path = ''
    as $body$
    begin
      update public.video_scenes s set image_url = made.image_url, image_note = made.image_note
      from public.video_scene_images made
      where s.id = $1 and made.scene_id = $1 and made.version = $2 and made.status = 'completed';
      return found;
    end $body$;
    $functions$, id_type, scenario_id_type);
end $$;

alter table public.video_scene_images enable row level security;

-- Only the service may use what was made here.
do $$
declare
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  has_service_role constant boolean := exists (select from pg_roles where rolname = 'service_role');
  made regprocedure;
begin
  if has_service_role then
    revoke all on public.video_scene_images from service_role;
    grant select, insert, update, delete on public.video_scene_images to service_role;
  end if;
  execute format('revoke all on public.video_scene_images from %s', concat_ws(', ', 'public', browser_roles));

  for made in
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in (
      'begin_scene_images', 'read_scenario', 'list_scenarios', 'show_image', 'update_scene', 'end_pending_scenes')
  loop
    execute format('revoke execute on function %s from %s', made, concat_ws(', ', 'public', browser_roles));
    if has_service_role then
      execute format('grant execute on function %s to service_role', made);
    end if;
  end loop;
end $$;

notify pgrst, 'reload schema';

commit;
