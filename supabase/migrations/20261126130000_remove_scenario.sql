-- remove_scenario(scenario_id) removes a scenario with its scenes and their images' rows. What the daily limits count of it
-- is kept for two days. May run again, like the others.

begin;

create table if not exists public.removed_images (
  user_id text not null,
  image_service_credits integer,
  is_rejected boolean not null,
  updated_at timestamptz not null
);

create index if not exists removed_images_updated_at_idx on public.removed_images (updated_at);
alter table public.removed_images enable row level security;

do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  made constant text := format('public.remove_scenario(%s)', id_type);
begin
  execute format(
    $function$
    create or replace function public.remove_scenario(scenario_id %s) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    begin
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
    end $body$
    $function$, id_type);

  execute format('revoke all on public.removed_images from %s', concat_ws(', ', 'public', browser_roles));
  execute format('revoke execute on function %s from %s', made, concat_ws(', ', 'public', browser_roles));
  if exists (select from pg_roles where rolname = 'service_role') then
    revoke all on public.removed_images from service_role;
    grant select on public.removed_images to service_role;
    execute format('grant execute on function %s to service_role', made);
  end if;
end $$;

-- The limits count scenes, images that were made anew, and what was removed.
create or replace function public.spent_image_service_credits(scenario_id text, since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select (
    select coalesce(sum(s.image_service_credits), 0)
    from public.video_scenes s
    where s.image_service_credits is not null
      and case when $1 = '' then s.updated_at >= $2 else s.scenario_id::text = $1 end
  )::bigint + (
    select coalesce(sum(i.image_service_credits), 0)
    from public.video_scene_images i
    where i.run_id is not null and i.image_service_credits is not null
      and case when $1 = '' then i.updated_at >= $2 else i.run_id = $1 end
  )::bigint + (
    select coalesce(sum(r.image_service_credits), 0) from public.removed_images r where $1 = '' and r.updated_at >= $2
  )::bigint
$$;

create or replace function public.rejected_images(user_id text, since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select count(*) + (
    select count(*) from public.removed_images r where r.is_rejected and r.updated_at >= $2 and r.user_id = $1)
  from (
    select s.scenario_id, s.updated_at from public.video_scenes s where s.failure_reason = 'content_rejected'
    union all
    select i.scenario_id, i.updated_at from public.video_scene_images i
    where i.run_id is not null and i.failure_reason = 'content_rejected'
  ) rejected
  join public.video_scenarios v on v.id = rejected.scenario_id
  where rejected.updated_at >= $2 and v.user_id::text = $1
$$;

notify pgrst, 'reload schema';

commit;
