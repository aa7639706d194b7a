-- When a scene's image was ordered, stored and ended, which order it was, and RunwayML's code of a failure. Null where it is not
-- known, as in all rows that are there. May run again, like the others, and while an older version of the service is running.

begin;

do $$
declare
  one text;
begin
  foreach one in array array['video_scenes', 'video_scene_images'] loop
    execute format(
      'alter table public.%I
         add column if not exists failure_code text,
         add column if not exists ordered_at timestamptz,
         add column if not exists image_attempt integer,
         add column if not exists stored_at timestamptz,
         add column if not exists ended_at timestamptz', one);
  end loop;
end $$;

create or replace function public.keep_first_scene_image() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into public.video_scene_images
    (id, scenario_id, scene_id, scene_number, version, task_id, image_prompt, product_reference_image_url,
     image_model, image_ratio, image_seed, credits_charged, image_service_credits,
     image_url, status, generation_id, image_note, ordered_at, image_attempt, stored_at, ended_at)
  select new.id, new.scenario_id, new.id, new.scene_number, 1, v.task_id, new.image_prompt, new.product_reference_image_url,
    new.image_model, new.image_ratio, new.image_seed, new.credits_charged, new.image_service_credits,
    new.image_url, 'completed', new.generation_id, new.image_note, new.ordered_at, new.image_attempt, new.stored_at, new.ended_at
  from (select) one left join public.video_scenarios v on v.id = new.scenario_id
  on conflict do nothing;
  return null;
end $$;

-- An image whose task was not started begins again, without the times of its end.
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
  on conflict (id) do update set status = 'pending', failure_reason = null, version = excluded.version,
    ordered_at = null, image_attempt = null, ended_at = null
  where video_scene_images.status = 'cancelled' and video_scene_images.generation_id is null;
  return '';
end $$;

-- The state of the service before this one has no times: those of the same generation stay. The end has the time of its record.
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
    create or replace function public.update_scene(scene_id %1$s, state jsonb) returns boolean
    language plpgsql
    set search_path = ''
    as $body$
    declare
      given constant public.video_scenes := jsonb_populate_record(null::public.video_scenes, $2);
      has_ended constant boolean := given.status::text not in ('pending', 'generating');
    begin
      update public.video_scenes s
      set status = given.status, failure_reason = given.failure_reason, failure_code = given.failure_code,
        generation_id = given.generation_id, image_url = given.image_url, image_note = given.image_note,
        image_service_credits = given.image_service_credits, image_model = given.image_model, image_ratio = given.image_ratio,
        image_seed = given.image_seed, credits_charged = given.credits_charged, taken_by = null, taken_until = null,
        ordered_at = coalesce(given.ordered_at, case when s.generation_id = given.generation_id then s.ordered_at end),
        image_attempt = coalesce(given.image_attempt, case when s.generation_id = given.generation_id then s.image_attempt end),
        stored_at = coalesce(given.stored_at, case when s.generation_id = given.generation_id then s.stored_at end),
        ended_at = case when not has_ended then null when s.status::text in ('pending', 'generating') then clock_timestamp() else s.ended_at end
      where s.id = $1;
      if found then
        return true;
      end if;

      update public.video_scene_images i
      set status = given.status::text, failure_reason = given.failure_reason, failure_code = given.failure_code,
        generation_id = given.generation_id, image_url = given.image_url, image_note = given.image_note,
        image_service_credits = given.image_service_credits, image_model = given.image_model, image_ratio = given.image_ratio,
        image_seed = given.image_seed, credits_charged = given.credits_charged, taken_by = null, taken_until = null,
        ordered_at = coalesce(given.ordered_at, case when i.generation_id = given.generation_id then i.ordered_at end),
        image_attempt = coalesce(given.image_attempt, case when i.generation_id = given.generation_id then i.image_attempt end),
        stored_at = coalesce(given.stored_at, case when i.generation_id = given.generation_id then i.stored_at end),
        ended_at = case when not has_ended then null when i.status in ('pending', 'generating') then clock_timestamp() else i.ended_at end,
        updated_at = clock_timestamp()
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
        taken_by = null, taken_until = null, ended_at = clock_timestamp()
      where s.scenario_id = $1 and s.status::text = 'pending';
      update public.video_scene_images i
      set status = given.status::text, failure_reason = given.failure_reason, image_note = given.image_note,
        taken_by = null, taken_until = null, ended_at = clock_timestamp(), updated_at = clock_timestamp()
      where i.run_id = $1::text and i.status = 'pending';
      return true;
    end $body$;
    $functions$, id_type, scenario_id_type);
end $$;

notify pgrst, 'reload schema';

commit;
