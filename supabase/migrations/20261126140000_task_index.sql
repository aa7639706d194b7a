-- The tasks of each Durable Task hub, from which GET /scenario/save/tasks is answered without reading the whole hub. How a task is
-- is read from the hub: a row only says that it is there, and, once it was seen to have ended, how. May run again, like the others.

begin;

create table if not exists public.scenario_tasks (
  hub text not null,
  task_id text collate "C" not null,
  user_id text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  state text not null check (state in ('open', 'completed', 'failed', 'cancelled')),
  recorded_at timestamptz not null default clock_timestamp(),
  checked_at timestamptz not null default clock_timestamp(),
  constraint scenario_tasks_pkey primary key (hub, task_id)
);

comment on column public.scenario_tasks.state is
  'open until the task was seen to have ended. A list looks an open task up in the hub, whatever state it is asked for.';
comment on column public.scenario_tasks.updated_at is
  'As the hub had it when the task was seen in this state. What was seen later replaces the row.';

create index if not exists scenario_tasks_newest on public.scenario_tasks (hub, created_at, task_id);
create index if not exists scenario_tasks_by_state on public.scenario_tasks (hub, state, created_at, task_id);
create index if not exists scenario_tasks_by_user on public.scenario_tasks (hub, user_id, created_at, task_id);
create index if not exists scenario_tasks_by_user_and_state on public.scenario_tasks (hub, user_id, state, created_at, task_id);
create index if not exists scenario_tasks_to_check on public.scenario_tasks (hub, checked_at) where state = 'open';

-- The hubs whose tasks are all in the table, and when that was last compared.
create table if not exists public.scenario_task_hubs (
  hub text primary key,
  compared_at timestamptz not null
);

alter table public.scenario_tasks enable row level security;
alter table public.scenario_task_hubs enable row level security;

-- Records tasks as they were seen in the hub, unless they were seen later already. Answers those without a user that have no row.
create or replace function public.record_scenario_tasks(hub text, tasks jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
begin
  insert into public.scenario_tasks as known (hub, task_id, user_id, created_at, updated_at, state)
  select $1, given.task_id, coalesce(given.user_id, existing.user_id), given.created_at, given.updated_at, given.state
  from jsonb_to_recordset($2) given (task_id text, user_id text, created_at timestamptz, updated_at timestamptz, state text)
  left join public.scenario_tasks existing on existing.hub = $1 and existing.task_id = given.task_id
  where given.user_id is not null or existing.user_id is not null
  order by given.task_id
  on conflict on constraint scenario_tasks_pkey do update
  set user_id = excluded.user_id, created_at = excluded.created_at, updated_at = excluded.updated_at, state = excluded.state,
    recorded_at = clock_timestamp()
  where excluded.updated_at > known.updated_at
    or (excluded.updated_at = known.updated_at
      and (excluded.state, excluded.created_at) is distinct from (known.state, known.created_at));

  return jsonb_build_object('missing', (
    select coalesce(jsonb_agg(given.task_id), '[]')
    from jsonb_to_recordset($2) given (task_id text)
    where not exists (select from public.scenario_tasks known where known.hub = $1 and known.task_id = given.task_id)));
end $$;

-- Tasks that may be in a state, newest first; an empty text stands for all, or for the first page. The statement is put together
-- for each call, as one plan for all of them would read the whole table.
create or replace function public.list_scenario_tasks(
  hub text, state text, user_id text, before text, before_id text, max_count integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  columns constant text := 't.task_id, t.user_id, t.created_at, t.updated_at, t.state, t.recorded_at < now() - interval ''1 hour'' as is_old';
  source constant text := concat(
    'select ', columns, ' from public.scenario_tasks t where t.hub = $1',
    case when $3 <> '' then ' and t.user_id = $2' end,
    case when $4 <> '' then ' and (t.created_at, t.task_id) < ($3::timestamptz, $4)' end);
  newest constant text := ' order by t.created_at desc, t.task_id desc limit $5';
  statement constant text := case
    when $2 = '' then source || newest
    when $2 = 'open' then source || ' and t.state = ''open''' || newest
    else format(
      '(%1$s and t.state = ''open''%2$s) union all (%1$s and t.state = %3$L%2$s) order by created_at desc, task_id desc limit $5',
      source, newest, $2)
  end;
  found jsonb;
begin
  execute format('select coalesce(jsonb_agg(to_jsonb(page)), ''[]'') from (%s) page', statement)
  into found using $1, $3, $4, $5, $6;
  return jsonb_build_object(
    'is_complete', exists (select from public.scenario_task_hubs h where h.hub = $1), 'tasks', found);
end $$;

-- The open tasks that were not looked up for the longest time, and whether the hub is due to be compared as a whole.
create or replace function public.check_scenario_tasks(hub text, max_count integer) returns jsonb
language sql
set search_path = ''
as $$
  with oldest as (
    select o.task_id from public.scenario_tasks o
    where o.hub = $1 and o.state = 'open'
    order by o.checked_at
    limit $2
    for update skip locked),
  taken as (
    update public.scenario_tasks t set checked_at = clock_timestamp()
    from oldest
    where t.hub = $1 and t.task_id = oldest.task_id
    returning t.task_id, t.user_id, t.created_at, t.updated_at, t.state, t.recorded_at < now() - interval '1 hour' as is_old)
  select jsonb_build_object(
    'is_complete', exists (
      select from public.scenario_task_hubs h where h.hub = $1 and h.compared_at > now() - interval '1 hour'),
    'tasks', (select coalesce(jsonb_agg(to_jsonb(taken)), '[]') from taken))
$$;

-- Removes tasks that are no longer in the hub, unless they were seen there later.
create or replace function public.forget_scenario_tasks(hub text, tasks jsonb) returns boolean
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
begin
  delete from public.scenario_tasks t
  using jsonb_to_recordset($2) gone (task_id text, updated_at timestamptz)
  where t.hub = $1 and t.task_id = gone.task_id and t.updated_at <= gone.updated_at;
  return true;
end $$;

-- Says that every task of the hub has a row.
create or replace function public.complete_scenario_tasks(hub text) returns boolean
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
begin
  insert into public.scenario_task_hubs as known (hub, compared_at) values ($1, now())
  on conflict on constraint scenario_task_hubs_pkey do update set compared_at = excluded.compared_at;
  return true;
end $$;

-- Only the service may use what was made here.
do $$
declare
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  has_service_role constant boolean := exists (select from pg_roles where rolname = 'service_role');
  made regprocedure;
begin
  execute format(
    'revoke all on public.scenario_tasks, public.scenario_task_hubs from %s', concat_ws(', ', 'public', browser_roles));
  if has_service_role then
    revoke all on public.scenario_tasks, public.scenario_task_hubs from service_role;
    grant select, insert, update, delete on public.scenario_tasks, public.scenario_task_hubs to service_role;
  end if;

  for made in
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in (
      'record_scenario_tasks', 'list_scenario_tasks', 'check_scenario_tasks', 'forget_scenario_tasks', 'complete_scenario_tasks')
  loop
    execute format('revoke execute on function %s from %s', made, concat_ws(', ', 'public', browser_roles));
    if has_service_role then
      execute format('grant execute on function %s to service_role', made);
    end if;
  end loop;
end $$;

notify pgrst, 'reload schema';

commit;
