-- A scene is taken before its image is ordered, so that of two workers with the same step only one orders.
--   take_scene(scene_id, runner, lease_seconds): true when the runner has the scene, by this call or an earlier one;
--     false when another has it, or the scene has a generation or has ended.
-- Any update of the scene by the service gives it back, and so does a lease of 0. The clock is the database's.

begin;

alter table public.video_scenes
  add column if not exists taken_by text,
  add column if not exists taken_until timestamptz;

do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'id');
  made constant text := format('public.take_scene(%s, text, double precision)', id_type);
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
begin
  execute format(
    $function$
    create or replace function public.take_scene(scene_id %s, runner text, lease_seconds double precision)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    begin
      update public.video_scenes s set taken_by = $2, taken_until = clock_timestamp() + make_interval(secs => $3)
      where s.id = $1 and s.generation_id is null and s.status::text in ('pending', 'generating')
        and (s.taken_by is null or s.taken_by = $2 or s.taken_until <= clock_timestamp());
      return found;
    end $body$
    $function$, id_type);

  execute format('revoke execute on function %s from public', made);
  if browser_roles is not null then
    execute format('revoke execute on function %s from %s', made, browser_roles);
  end if;
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant execute on function %s to service_role', made);
  end if;
end $$;

commit;
