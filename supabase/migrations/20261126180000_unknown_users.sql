-- A project's own credit_balance may answer null for a user whom it does not know: such a user has no credits. A null of its
-- deduct_credits is no charge. Changes hold_credits and capture_credits in nothing else. May run again, like the others.

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

  if exists (
    select from public.credit_holds h
    where h.reference = $3 and h.user_id = $1 and h.released_at is null and h.expires_at > now())
  then
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

create or replace function public.capture_credits(
  user_id text, action text, amount integer, reference text, hold text)
returns boolean
language plpgsql security definer
set search_path = public, extensions, pg_temp
as $$
declare
  charged boolean;
  from_hold boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('save-scenario:credits:' || $1, 0));
  update public.credit_holds h set captured = h.captured + $3
  where h.reference = $5 and h.user_id = $1 and h.released_at is null and h.expires_at > now()
    and h.amount - h.captured >= $3
    and not exists (select from public.credit_captures c where c.reference = $4);
  from_hold := found;

  execute format(
    'select public.deduct_credits(user_id => %L, action => %L, amount => %s, reference => %L)', $1, $2, $3, $4)
  into charged;
  charged := coalesce(charged, false);

  if from_hold and charged then
    insert into public.credit_captures (reference, hold, amount) values ($4, $5, $3);
  elsif from_hold then
    update public.credit_holds h set captured = h.captured - $3 where h.reference = $5;
  end if;

  return charged;
end $$;

notify pgrst, 'reload schema';

commit;
