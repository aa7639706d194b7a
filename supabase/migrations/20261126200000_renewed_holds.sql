-- hold_credits extends a hold that is open: it lasts as long as it was asked for last, counted from then, and never shorter than
-- before. Changes nothing else in it. May run again, like the others.

begin;

create or replace function public.hold_credits(
  user_id text, amount bigint, reference text, lifetime_seconds double precision)
returns boolean
language plpgsql security definer
set search_path = public, extensions, pg_temp
as $$
declare
  available numeric;
begin
  if user_id is null or reference is null or amount is null or amount < 0
    or lifetime_seconds is null or lifetime_seconds <= 0
  then
    raise exception 'hold_credits needs a user, an amount of 0 or more, a reference and a lifetime in seconds'
      using errcode = 'invalid_parameter_value';
  end if;

  -- Holds and captures of one user wait here for each other, and then see what the others wrote.
  perform pg_advisory_xact_lock(hashtextextended('save-scenario:credits:' || $1, 0));

  update public.credit_holds h set expires_at = greatest(h.expires_at, now() + make_interval(secs => $4))
  where h.reference = $3 and h.user_id = $1 and h.released_at is null and h.expires_at > now();
  if found then
    return true;
  end if;

  -- By name and untyped, as a project may keep its user ids as uuid.
  execute format('select public.credit_balance(user_id => %L)', $1) into available;
  if coalesce(available, 0) - public.held_credits($1) < amount then
    return false;
  end if;

  -- One that was released or has expired opens again, say for a task that goes on weeks later.
  insert into public.credit_holds as h (reference, user_id, amount, expires_at)
  values ($3, $1, $2, now() + make_interval(secs => $4))
  on conflict on constraint credit_holds_pkey do update
    set amount = h.captured + excluded.amount, expires_at = excluded.expires_at, released_at = null
    where h.user_id = excluded.user_id;
  return found;
end $$;

notify pgrst, 'reload schema';

commit;
