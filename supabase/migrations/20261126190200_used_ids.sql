-- scenario_id_is_used(scenario_id): whether a task had this id for its scenario, or for the images that it made anew. The task may
-- be forgotten by now (RETENTION_DAYS). Images that nobody has ordered do not count for a day: their task may not be started yet.
-- May run again, like the others.

begin;

do $$
declare
  scenario_id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  made constant text := format('public.scenario_id_is_used(%s)', scenario_id_type);
begin
  execute format(
    $function$
    create or replace function public.scenario_id_is_used(scenario_id %s) returns boolean
    language sql stable security definer
    set search_path = ''
    as $body$
      select exists (select from public.video_scenarios v where v.id = $1)
        or exists (select from public.removed_scenarios r where r.id = $1::text)
        or exists (
          select from public.video_scene_images i
          where i.run_id = $1::text
            and (i.status not in ('pending', 'cancelled') or i.generation_id is not null or i.updated_at < now() - interval '1 day'))
    $body$
    $function$, scenario_id_type);

  execute format('revoke execute on function %s from %s', made, concat_ws(', ', 'public', browser_roles));
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant execute on function %s to service_role', made);
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
