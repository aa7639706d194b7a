-- Lists of scenarios and what the limits count, read by indexes: a function whose condition depends on its arguments in an "or" or a
-- "case", or that is planned without knowing them, reads whole tables. So each statement is put together for its call. Changes no
-- answer. May run again, like the others, and while an older version of the service is running.

begin;

create index if not exists video_scenarios_newest_idx on public.video_scenarios (created_at, (id::text));
create index if not exists video_scenarios_newest_of_user_idx
  on public.video_scenarios ((user_id::text), created_at, (id::text));
create index if not exists video_scenarios_newest_of_short_idx
  on public.video_scenarios ((short_id::text), created_at, (id::text));

create or replace function public.list_scenarios(
  short_id text, user_id text, before text, before_id text, max_count integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  listed jsonb;
begin
  execute concat(
    'select coalesce(jsonb_agg(to_jsonb(page)), ''[]'')
     from (
       select v.id, v.short_id, v.user_id, v.title, v.scene_count, v.task_id, v.created_at, (
         select count(s.image_url) from public.video_scenes s
         where s.scenario_id = v.id and s.status::text not in (''pending'', ''generating'')) as images
       from public.video_scenarios v
       where true',
    case when $1 <> '' then ' and v.short_id::text = $1' end,
    case when $2 <> '' then ' and v.user_id::text = $2' end,
    case when $3 <> '' then ' and (v.created_at, v.id::text) < ($3::timestamptz, $4)' end,
    ' order by v.created_at desc, v.id::text desc limit $5) page')
  into listed using $1, $2, $3, $4, $5;
  return jsonb_build_object('listed', listed);
end $$;

create or replace function public.rejected_images(user_id text, since timestamptz) returns bigint
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  counted bigint;
begin
  execute
    'select count(*) + (
       select count(*) from public.removed_images r where r.is_rejected and r.updated_at >= $2 and r.user_id = $1)
     from (
       select s.scenario_id, s.updated_at from public.video_scenes s where s.failure_reason = ''content_rejected''
       union all
       select i.scenario_id, i.updated_at from public.video_scene_images i
       where i.run_id is not null and i.failure_reason = ''content_rejected''
     ) rejected
     join public.video_scenarios v on v.id = rejected.scenario_id
     where rejected.updated_at >= $2 and v.user_id::text = $1'
  into counted using $1, $2;
  return counted;
end $$;

do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'scenario_id');
begin
  execute format(
    $function$
    -- An empty scenario_id stands for all scenarios since that time; otherwise it is one, or the run that makes images anew.
    create or replace function public.spent_image_service_credits(scenario_id text, since timestamptz) returns bigint
    language plpgsql stable
    set search_path = ''
    as $body$
    #variable_conflict use_column
    declare
      scene_rows constant text := case when $1 = '' then 's.updated_at >= $2' else 's.scenario_id = $1::%s' end;
      image_rows constant text := case when $1 = '' then 'i.updated_at >= $2' else 'i.run_id = $1' end;
      removed_rows constant text := case when $1 = '' then 'r.updated_at >= $2' else 'false' end;
      spent bigint;
    begin
      execute concat(
        'select (select coalesce(sum(s.image_service_credits), 0) from public.video_scenes s
                 where s.image_service_credits is not null and ', scene_rows, ')
              + (select coalesce(sum(i.image_service_credits), 0) from public.video_scene_images i
                 where i.run_id is not null and i.image_service_credits is not null and ', image_rows, ')
              + (select coalesce(sum(r.image_service_credits), 0) from public.removed_images r where ', removed_rows, ')')
      into spent using $1, $2;
      return spent;
    end $body$
    $function$, id_type);
end $$;

notify pgrst, 'reload schema';

commit;
