-- An order that RunwayML takes late, when its task was cancelled and another task has made the scene's image since, is not
-- recorded over that image: update_scene answers false, and the service cancels the order.
-- May run again, like the others, and while an older version of the service is running.

begin;

-- A scene in progress stays in progress, with its generation. Only an order is recorded in a cancelled one, to be cancelled, too.
do $$
declare
  id_type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a
    where a.attrelid = 'public.video_scenes'::regclass and a.attname = 'id');
begin
  execute format(
    $function$
    create or replace function public.update_scene(scene_id %s, state jsonb) returns boolean
    language plpgsql
    set search_path = ''
    as $body$
    declare
      given constant public.video_scenes := jsonb_populate_record(null::public.video_scenes, $2);
      has_ended constant boolean := given.status::text not in ('pending', 'generating');
      goes_on constant boolean := given.status::text = 'generating';
      is_order constant boolean := goes_on and given.generation_id is not null and given.image_url is null;
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
      where s.id = $1 and (not goes_on or (
        (s.status::text in ('pending', 'generating') or (is_order and s.status::text = 'cancelled'))
        and (s.generation_id is null or given.generation_id is null or s.generation_id = given.generation_id)
        and (s.image_url is null or s.generation_id = given.generation_id)));
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
      where i.id = $1 and i.run_id is not null and (not goes_on or (
        (i.status in ('pending', 'generating') or (is_order and i.status = 'cancelled'))
        and (i.generation_id is null or given.generation_id is null or i.generation_id = given.generation_id)
        and (i.image_url is null or i.generation_id = given.generation_id)));
      return found;
    end $body$
    $function$, id_type);
end $$;

notify pgrst, 'reload schema';

commit;
