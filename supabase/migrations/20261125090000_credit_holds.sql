-- Credits are held for all images of a task before the first is bought. Three functions complete the seam of
-- credit_balance and deduct_credits:
--   hold_credits(user_id, amount, reference, lifetime_seconds): true when the amount is held, by this call or an
--     earlier one with this reference; false, and nothing is held, when the balance less the open holds is short.
--   capture_credits(user_id, action, amount, reference, hold): deduct_credits, paid from the hold.
--   release_credits(reference): gives back what is left of a hold.
-- A hold that nobody releases lapses by itself. A project's own credit_balance and deduct_credits stay as they
-- are: then the holds of the service are kept beside them.

begin;

do $$
declare
  has_balance constant boolean := exists (
    select from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname = 'credit_balance' and p.proargnames @> array['user_id']
      and p.pronargs - p.pronargdefaults <= 1 and p.prosrc not like '%public.credit_accounts a%');
  has_deduct constant boolean := exists (
    select from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname = 'deduct_credits'
      and p.proargnames @> array['user_id', 'action', 'amount', 'reference']
      and p.pronargs - p.pronargdefaults <= 4 and p.prosrc not like '%public.credit_accounts a%');
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  has_service_role constant boolean := exists (select from pg_roles where rolname = 'service_role');
  made text;
begin
  -- With only one of the two, the other would be ours, over empty tables: images would be bought, and not charged.
  if has_balance <> has_deduct then
    raise exception 'This project has one of credit_balance and deduct_credits, but not %',
        case when has_balance then 'deduct_credits' else 'credit_balance' end
      using hint = 'Write both over your credit system, or drop the one, and run the migrations again: nothing was changed.';
  end if;

  create table if not exists public.credit_holds (
    reference text primary key,
    user_id text not null,
    amount bigint not null check (amount >= 0),
    captured bigint not null default 0 check (captured between 0 and amount),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    released_at timestamptz
  );

  -- What was paid from a hold, by the reference of the charge, so that a repeated capture takes from it once.
  create table if not exists public.credit_captures (
    reference text primary key,
    hold text not null references public.credit_holds (reference) on delete cascade,
    amount bigint not null
  );

  create index if not exists credit_holds_open_idx on public.credit_holds (user_id) where released_at is null;
  alter table public.credit_holds enable row level security;
  alter table public.credit_captures enable row level security;

  create or replace function public.held_credits(user_id text) returns bigint
  language sql stable security definer
  set search_path = ''
  as $body$
    select coalesce(sum(h.amount - h.captured), 0)::bigint
    from public.credit_holds h
    where h.user_id = $1 and h.released_at is null and h.expires_at > now();
  $body$;

  -- Its search path and capture_credits' are those of PostgREST: a project's own functions may count on them.
  create or replace function public.hold_credits(
    user_id text, amount bigint, reference text, lifetime_seconds double precision)
  returns boolean
  language plpgsql security definer
  set search_path = public, extensions, pg_temp
  as $body$
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
    if available - public.held_credits($1) < amount then
      return false;
    end if;

    -- One that was released or has lapsed opens again, say for a task that goes on weeks later.
    insert into public.credit_holds as h (reference, user_id, amount, expires_at)
    values ($3, $1, $2, now() + make_interval(secs => $4))
    on conflict on constraint credit_holds_pkey do update
      set amount = h.captured + excluded.amount, expires_at = excluded.expires_at, released_at = null
      where h.user_id = excluded.user_id;
    return found;
  end $body$;

  -- Returns what deduct_credits returns. A hold that is unknown, released, lapsed or used up does not help:
  -- then the balance less the other open holds must do.
  create or replace function public.capture_credits(
    user_id text, action text, amount integer, reference text, hold text)
  returns boolean
  language plpgsql security definer
  set search_path = public, extensions, pg_temp
  as $body$
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

    if from_hold and charged then
      insert into public.credit_captures (reference, hold, amount) values ($4, $5, $3);
    elsif from_hold then
      update public.credit_holds h set captured = h.captured - $3 where h.reference = $5;
    end if;

    return charged;
  end $body$;

  -- Returns how many credits became free.
  create or replace function public.release_credits(reference text) returns bigint
  language sql security definer
  set search_path = ''
  as $body$
    with released as (
      update public.credit_holds h set released_at = now()
      where h.reference = $1 and h.released_at is null
      returning case when h.expires_at > now() then h.amount - h.captured else 0 end as amount)
    select coalesce(sum(amount), 0)::bigint from released;
  $body$;

  -- Our own deduct_credits leaves alone what is held.
  if not has_deduct then
    create or replace function public.deduct_credits(user_id text, action text, amount integer, reference text)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $body$
    declare
      available bigint;
    begin
      if user_id is null or action is null or reference is null or amount is null or amount < 0 then
        raise exception 'deduct_credits needs a user, an action, a reference and an amount of 0 or more'
          using errcode = 'invalid_parameter_value';
      end if;

      -- The same lock as a hold's, so that neither passes the other's check.
      perform pg_advisory_xact_lock(hashtextextended('save-scenario:credits:' || $1, 0));
      insert into public.credit_accounts (user_id) values ($1) on conflict do nothing;
      select a.balance into available from public.credit_accounts a where a.user_id = $1 for update;

      if exists (select from public.credit_ledger l where l.reference = $4) then
        return true;
      end if;

      if available - public.held_credits($1) < amount then
        return false;
      end if;

      insert into public.credit_ledger (reference, user_id, action, amount) values ($4, $1, $2, $3)
      on conflict do nothing;

      if found then
        update public.credit_accounts a set balance = a.balance - $3 where a.user_id = $1;
      end if;

      return true;
    end $body$;
  end if;

  -- Only the service may call what was made here, and see its tables.
  foreach made in array array[
    'public.held_credits(text)', 'public.hold_credits(text, bigint, text, double precision)',
    'public.capture_credits(text, text, integer, text, text)', 'public.release_credits(text)']
  loop
    execute format('revoke execute on function %s from public', made);
    if browser_roles is not null then
      execute format('revoke execute on function %s from %s', made, browser_roles);
    end if;
    if has_service_role then
      execute format('grant execute on function %s to service_role', made);
    end if;
  end loop;

  if browser_roles is not null then
    execute format('revoke all on public.credit_holds, public.credit_captures from %s', browser_roles);
  end if;
  if has_service_role then
    execute 'revoke all on public.credit_holds, public.credit_captures from service_role';
    grant select on public.credit_holds, public.credit_captures to service_role;
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
