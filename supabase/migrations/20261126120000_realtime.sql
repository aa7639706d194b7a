-- Where the project publishes changes (Supabase Realtime), those of scenarios and scenes are among them: a front end sees the rows
-- that a policy lets its user read. May run again, like the others.

begin;

do $$
declare
  one text;
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime' and not puballtables) then
    return;
  end if;

  foreach one in array array['video_scenarios', 'video_scenes'] loop
    if not exists (
      select from pg_publication_tables p
      where p.pubname = 'supabase_realtime' and p.schemaname = 'public' and p.tablename = one)
    then
      execute format('alter publication supabase_realtime add table public.%I', one);
    end if;
  end loop;
exception when insufficient_privilege then
  raise warning 'The tables could not be added to the publication supabase_realtime: its owner can run
  alter publication supabase_realtime add table public.video_scenarios, public.video_scenes;';
end $$;

commit;
