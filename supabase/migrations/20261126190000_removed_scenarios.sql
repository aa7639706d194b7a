-- The ids of removed scenarios are kept, so that no image is begun while a scenario is being removed, and none of its ids is
-- used again: its images were charged under them.
--   begin_removal(scenario_id, ended): false when an image is in progress that is not among the ids in ended. Otherwise the
--     scenario counts as removed: no image of it is begun, and those that were not ordered end.
-- May run again, like the others, and while an older version of the service is running.

begin;

create table if not exists public.removed_scenarios (
  id text primary key,
  removed_at timestamptz not null default now()
);

alter table public.removed_scenarios enable row level security;

create or replace function public.refuse_removed_scenario() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from public.removed_scenarios r where r.id = new.id::text) then
    raise exception 'The scenario % was deleted', new.id using errcode = 'check_violation',
      hint = 'Save it with a new id.';
  end if;
  return new;
end $$;

create or replace trigger refuse_removed_scenario
  before insert on public.video_scenarios
  for each row execute function public.refuse_removed_scenario();

-- Answers 'removed' for a scenario that is removed or is being removed. An image whose task was not started begins again.
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

  if exists (
    select from jsonb_populate_recordset(null::public.video_scene_images, images) wanted
    left join public.video_scenes s on s.id = wanted.scene_id
    where s.id is null or exists (select from public.removed_scenarios r where r.id = s.scenario_id::text))
  then
    return 'removed';
  end if;

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
  on conflict (id) do update set status = 'pending', failure_reason = null, version = excluded.version,
    ordered_at = null, image_attempt = null, ended_at = null
  where video_scene_images.status = 'cancelled' and video_scene_images.generation_id is null;
  return '';
end $$;

do $$
declare
  scenario_id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  made text;
begin
  execute format(
    $functions$
    create or replace function public.begin_removal(scenario_id %1$s, ended jsonb) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    begin
      -- begin_scene_images locks the same rows.
      perform from public.video_scenes s where s.scenario_id = $1 order by s.id for update;
      if exists (
        select from (
          select s.id::text, s.status::text from public.video_scenes s where s.scenario_id = $1
          union all
          select i.id::text, i.status from public.video_scene_images i where i.scenario_id = $1) image
        where image.status in ('pending', 'generating') and not $2 @> to_jsonb(image.id))
      then
        return false;
      end if;

      update public.video_scenes s
      set status = 'cancelled', failure_reason = 'cancelled', taken_by = null, taken_until = null, ended_at = clock_timestamp()
      where s.scenario_id = $1 and s.status::text in ('pending', 'generating') and s.generation_id is null;
      update public.video_scene_images i
      set status = 'cancelled', failure_reason = 'cancelled', taken_by = null, taken_until = null, ended_at = clock_timestamp()
      where i.scenario_id = $1 and i.status in ('pending', 'generating') and i.generation_id is null;
      insert into public.removed_scenarios (id) values ($1::text) on conflict do nothing;
      return true;
    end $body$;

    create or replace function public.remove_scenario(scenario_id %1$s) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    begin
      insert into public.removed_scenarios (id)
      select v.id::text from public.video_scenarios v where v.id = $1 on conflict do nothing;

      delete from public.removed_images r where r.updated_at < now() - interval '2 days';
      insert into public.removed_images (user_id, image_service_credits, is_rejected, updated_at)
      select coalesce(v.user_id::text, ''), image.image_service_credits,
        coalesce(image.failure_reason = 'content_rejected', false), image.updated_at
      from (
        select s.scenario_id, s.image_service_credits, s.failure_reason, s.updated_at from public.video_scenes s
        union all
        select i.scenario_id, i.image_service_credits, i.failure_reason, i.updated_at
        from public.video_scene_images i where i.run_id is not null) image
      join public.video_scenarios v on v.id = image.scenario_id
      where image.scenario_id = $1 and image.updated_at >= now() - interval '2 days'
        and (image.image_service_credits is not null or image.failure_reason = 'content_rejected');

      delete from public.video_scenes s where s.scenario_id = $1;
      delete from public.video_scenarios v where v.id = $1;
      return found;
    end $body$;
    $functions$, scenario_id_type);

  execute format('revoke all on public.removed_scenarios from %s', concat_ws(', ', 'public', browser_roles));
  foreach made in array array[
    format('public.begin_removal(%s, jsonb)', scenario_id_type), format('public.remove_scenario(%s)', scenario_id_type)]
  loop
    execute format('revoke execute on function %s from %s', made, concat_ws(', ', 'public', browser_roles));
    if exists (select from pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %s to service_role', made);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'service_role') then
    revoke all on public.removed_scenarios from service_role;
    grant select on public.removed_scenarios to service_role;
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
