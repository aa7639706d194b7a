-- What each scene's images cost at RunwayML, and what is counted against the limits. May run again, like the others.

begin;

alter table public.video_scenes add column if not exists image_service_credits integer;

create index if not exists video_scenes_image_service_credits_idx
  on public.video_scenes (updated_at) where image_service_credits is not null;
create index if not exists video_scenes_rejected_idx
  on public.video_scenes (updated_at) where failure_reason = 'content_rejected';

-- An empty scenario_id stands for all scenarios since that time.
create or replace function public.spent_image_service_credits(scenario_id text, since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select coalesce(sum(s.image_service_credits), 0)::bigint
  from public.video_scenes s
  where s.image_service_credits is not null
    and case when $1 = '' then s.updated_at >= $2 else s.scenario_id::text = $1 end
$$;

create or replace function public.rejected_images(user_id text, since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select count(*)
  from public.video_scenes s
  join public.video_scenarios v on v.id = s.scenario_id
  where s.failure_reason = 'content_rejected' and s.updated_at >= $2 and v.user_id = $1
$$;

-- Only the service may call what was made here.
do $$
declare
  browser_roles text;
  made text;
begin
  select string_agg(quote_ident(rolname), ', ') into browser_roles
  from pg_roles where rolname in ('anon', 'authenticated');

  foreach made in array array[
    'public.spent_image_service_credits(text, timestamptz)', 'public.rejected_images(text, timestamptz)']
  loop
    execute format('revoke execute on function %s from public', made);
    if browser_roles is not null then
      execute format('revoke execute on function %s from %s', made, browser_roles);
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
      execute format('grant execute on function %s to service_role', made);
    end if;
  end loop;
end $$;

notify pgrst, 'reload schema';

commit;
