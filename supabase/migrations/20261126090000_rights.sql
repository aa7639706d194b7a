-- Who may do what with the tables of the service, and what stands in its way there. Browsers (the roles anon and
-- authenticated) keep no right on any of them: what each loses is said, with the statements that let owners read again.
-- May run again, like the others.

begin;

-- A row of the service fills its own columns. One that another program added, and that must not be null, would refuse it.
do $$
declare
  -- What every row of the service has. Times are not among it: the database fills them.
  filled constant text[] := array['id', 'short_id', 'user_id', 'title', 'description', 'script', 'scene_count',
    'estimated_duration', 'metadata'];
  filled_of_scenes constant text[] := array['id', 'scenario_id', 'scene_number', 'description', 'duration', 'image_prompt',
    'visual_prompt', 'status'];
  sometimes_null constant text[] := array['product_reference_image_url', 'image_reasoning', 'image_url', 'failure_reason',
    'image_note', 'generation_id', 'image_service_credits', 'taken_by', 'taken_until'];
  other record;
  fallback text;
  refused text := '';
begin
  for other in
    select a.attrelid::regclass as its_table, a.attname, a.atttypid::regtype::text as type, t.typcategory,
      exists (
        select from pg_constraint c where c.conrelid = a.attrelid and c.contype <> 'n' and a.attnum = any (c.conkey))
      or exists (
        select from pg_index i where i.indrelid = a.attrelid and i.indisunique and a.attnum = any (i.indkey)) as is_bound
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    where a.attrelid in ('public.video_scenarios'::regclass, 'public.video_scenes'::regclass)
      and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef and a.attidentity = ''
      and a.attname <> all (case a.attrelid when 'public.video_scenes'::regclass then filled_of_scenes else filled end)
    order by 1, a.attnum
  loop
    if other.attname = any (sometimes_null) then
      execute format('alter table %s alter column %I drop not null', other.its_table, other.attname);
      continue;
    end if;

    fallback := case
      when other.is_bound then null -- a made-up value may be wrong there
      when other.type in ('text', 'character varying', 'character') then ''''''
      when other.type in ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision') then '0'
      when other.type = 'boolean' then 'false'
      when other.type in ('json', 'jsonb') or other.typcategory = 'A' then '''{}'''
      when other.type in ('timestamp with time zone', 'timestamp without time zone', 'date') then 'now()'
    end;
    if fallback is null then
      refused := refused || format(E'\n  alter table %s alter column %I drop not null;', other.its_table, other.attname);
    else
      execute format('alter table %s alter column %I set default %s', other.its_table, other.attname, fallback);
      raise notice '%.% is not null, and the service does not fill it: its default is % now',
        other.its_table, other.attname, fallback;
    end if;
  end loop;

  if refused <> '' then
    raise exception E'These columns are not null, the service does not fill them, and no default fits. Run%\nand the migrations again: nothing was changed.', refused
      using errcode = 'not_null_violation';
  end if;

  -- The key of a btree has 2,700 bytes at most, and a prompt may be longer.
  for other in
    select i.indexrelid::regclass as name, i.indrelid::regclass as its_table, a.attname
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am m on m.oid = c.relam and m.amname = 'btree'
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid in ('public.video_scenarios'::regclass, 'public.video_scenes'::regclass)
      and a.attname in ('description', 'script', 'image_prompt', 'visual_prompt', 'image_reasoning', 'product_reference_image_url')
  loop
    raise warning 'The index % refuses long texts in %.%, and with them the whole scenario. To have them saved, run: drop index %;',
      other.name, other.its_table, other.attname, other.name;
  end loop;
end $$;

do $$
declare
  has_our_credits constant boolean := exists (
    select from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname = 'deduct_credits' and p.prosrc like '%public.credit_accounts a%');
  ours constant regclass[] := array(
    select to_regclass('public.' || wanted.name)
    from (values ('video_scenarios', true), ('video_scenes', true), ('credit_holds', true), ('credit_captures', true),
      ('credit_accounts', has_our_credits), ('credit_ledger', has_our_credits)) wanted (name, is_ours)
    where wanted.is_ours and to_regclass('public.' || wanted.name) is not null);
  browsers constant oid[] := array(
    select r.oid from pg_roles r where r.rolname in ('anon', 'authenticated') union all select 0::oid);
  lost text := '';
  offer text := '';
  one record;
begin
  for one in
    select c.oid::regclass as its_table, a.grantee,
      case a.grantee when 0 then 'public' else quote_ident(r.rolname) end as role,
      string_agg(distinct a.privilege_type, ', ') as privileges
    from pg_class c
    cross join lateral (
      select (aclexplode(c.relacl)).*
      union all
      select (aclexplode(k.attacl)).* from pg_attribute k where k.attrelid = c.oid and k.attnum > 0) a
    left join pg_roles r on r.oid = a.grantee
    where c.oid = any (ours) and a.grantee = any (browsers)
    group by 1, 2, 3
    order by 1, 3
  loop
    lost := lost || format(E'\n  %s lost %s on %s', one.role, one.privileges, one.its_table);
    execute format('revoke all on %s from %s', one.its_table, one.role);
  end loop;

  -- Row level security hides rows also from other roles that were granted them.
  for one in
    select c.oid::regclass as its_table, quote_ident(r.rolname) as role
    from pg_class c
    cross join lateral aclexplode(c.relacl) a
    join pg_roles r on r.oid = a.grantee
    where c.oid = any (ours) and not c.relrowsecurity and a.privilege_type = 'SELECT' and a.grantee <> c.relowner
      and a.grantee <> all (browsers) and not r.rolbypassrls and not r.rolsuper
    order by 1, 2
  loop
    lost := lost || format(E'\n  %s sees no rows of %s, unless a policy shows them', one.role, one.its_table);
  end loop;

  for one in
    select p.polrelid::regclass as its_table, p.polname,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
        as command,
      (select string_agg(case member when 0 then 'public' else pg_get_userbyid(member)::text end, ', ')
       from unnest(p.polroles) member) as roles,
      p.polroles && browsers as is_for_browsers
    from pg_policy p
    where p.polrelid = any (ours) and p.polpermissive
    order by 1, 2
  loop
    lost := lost || format(E'\n  the policy %I on %s (%s, for %s) stays%s', one.polname, one.its_table, one.command, one.roles,
      case when one.is_for_browsers then ', and shows nothing to browsers without those rights' else '' end);
    if one.is_for_browsers then
      offer := offer || format(E'\n  drop policy %I on %s;', one.polname, one.its_table);
    end if;
  end loop;

  for one in select unnest(ours) as its_table loop
    execute format('alter table %s enable row level security', one.its_table);
  end loop;

  if lost <> '' then
    raise warning E'The tables of the service are for its own key. What changes for others:%', lost;
  end if;

  if lost <> '' and to_regprocedure('auth.uid()') is not null then
    raise warning E'To let users read what is theirs, and nothing else, with the key of a browser, run:%', offer || format(
$offer$
  grant select on public.video_scenarios, public.video_scenes to authenticated;
  create policy owners_read on public.video_scenarios for select to authenticated
    using (auth.uid()::text = user_id%1$s);
  create policy owners_read on public.video_scenes for select to authenticated
    using (exists (select from public.video_scenarios v where v.id = scenario_id and auth.uid()::text = v.user_id%1$s));$offer$,
      (select case when a.atttypid = 'text'::regtype then '' else '::text' end
       from pg_attribute a where a.attrelid = 'public.video_scenarios'::regclass and a.attname = 'user_id'));
  end if;

  -- What another role granted stays, and so does what a browser's role has as a member of another.
  for one in
    select its_table, r.rolname, string_agg(privilege, ', ') as privileges
    from unnest(ours) its_table
    cross join pg_roles r
    cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
    where r.rolname in ('anon', 'authenticated') and has_table_privilege(r.oid, its_table, privilege)
    group by 1, 2
  loop
    raise warning '% still has % on %: take it from the role that it is a member of, or as the role that granted it',
      one.rolname, one.privileges, one.its_table;
  end loop;

  -- Supabase gives its service_role every right on a new table. The books are changed by the functions alone.
  if exists (select from pg_roles where rolname = 'service_role') then
    for one in
      select its_table, case split_part(its_table::text, '.', -1)
        when 'video_scenarios' then 'select, insert, update, delete'
        when 'video_scenes' then 'select, insert, update, delete'
        when 'credit_accounts' then 'select, insert, update'
        else 'select' end as rights
      from unnest(ours) its_table
    loop
      execute format('revoke all on %s from service_role', one.its_table);
      execute format('grant %s on %s to service_role', one.rights, one.its_table);
    end loop;
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
