-- A rejected image counts to the daily limit also when another image has taken its place: the rejection is kept for two days, like
-- those of removed scenarios. And a scene that shows another image keeps the time by which its own image's cost is counted, also when
-- it had none. May run again, like the others, and while an older version of the service is running.

begin;

create or replace function public.keep_rejection() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from public.removed_images r where r.updated_at < now() - interval '2 days';
  insert into public.removed_images (user_id, is_rejected, updated_at)
  select coalesce(v.user_id::text, ''), true, old.updated_at from public.video_scenarios v where v.id = old.scenario_id;
  return null;
end $$;

create or replace trigger keep_rejection
  after update of failure_reason on public.video_scenes
  for each row when (old.failure_reason = 'content_rejected' and new.failure_reason is distinct from 'content_rejected')
  execute function public.keep_rejection();

-- An image of a scene that has ended is another one than its own.
create or replace function public.touch_video_scene() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if (old.status::text in ('pending', 'generating')) is not false or new.image_url is not distinct from old.image_url then
    new.updated_at := now();
  end if;
  return new;
end $$;

commit;
