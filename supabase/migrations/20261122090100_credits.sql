-- The seam to a credit system: credit_balance(user_id) and deduct_credits(user_id, action, amount,
-- reference). Where a project has functions of these names and arguments, they are its credit system and
-- stay as they are. Elsewhere credits are given by writing to credit_accounts:
--   insert into credit_accounts (user_id, balance) values ('user_1', 100)
--   on conflict (user_id) do update set balance = credit_accounts.balance + excluded.balance;

begin;

do $$
declare
  missing constant text[] := array(
    select wanted.name
    from (values
      ('credit_balance', array['user_id']),
      ('deduct_credits', array['user_id', 'action', 'amount', 'reference'])) wanted (name, arguments)
    where not exists (
      select from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proname = wanted.name
        and p.proargnames @> wanted.arguments
        and p.pronargs - p.pronargdefaults <= cardinality(wanted.arguments)));
  browser_roles constant text := (
    select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.rolname in ('anon', 'authenticated'));
  has_service_role constant boolean := exists (select from pg_roles where rolname = 'service_role');
  made text;
begin
  if missing = '{}' then
    return;
  end if;

  -- With one of a project's own and one of ours, over empty tables, images would be bought that nobody can pay.
  if cardinality(missing) = 1 then
    raise exception 'This project has one of credit_balance and deduct_credits, but not %', missing[1]
      using hint = 'Write both over your credit system, or drop the one, and run the migrations again: nothing was changed.';
  end if;

  if exists (
    select from (values
      ('credit_accounts', 'user_id', 'text'), ('credit_accounts', 'balance', 'bigint'),
      ('credit_ledger', 'reference', 'text'), ('credit_ledger', 'user_id', 'text'),
      ('credit_ledger', 'action', 'text'), ('credit_ledger', 'amount', 'integer')) ours (table_name, column_name, data_type)
    where to_regclass('public.' || ours.table_name) is not null
      and not exists (
        select from information_schema.columns c
        where c.table_schema = 'public'
          and (c.table_name, c.column_name, c.data_type) = (ours.table_name, ours.column_name, ours.data_type))
  ) then
    raise exception 'credit_accounts or credit_ledger is there with other columns than the service makes'
      using hint = 'Write credit_balance and deduct_credits over your own tables, and run the migrations again.';
  end if;

  create table if not exists public.credit_accounts (
    user_id text primary key,
    balance bigint not null default 0 check (balance >= 0)
  );

  create table if not exists public.credit_ledger (
    reference text primary key,
    user_id text not null references public.credit_accounts (user_id),
    action text not null,
    amount integer not null,
    created_at timestamptz not null default now()
  );

  create index if not exists credit_ledger_user_id_idx on public.credit_ledger (user_id, created_at);
  alter table public.credit_accounts enable row level security;
  alter table public.credit_ledger enable row level security;

  if 'credit_balance' = any (missing) then
    create function public.credit_balance(user_id text) returns bigint
    language sql stable security definer
    set search_path = ''
    as $body$
      select coalesce((select a.balance from public.credit_accounts a where a.user_id = $1), 0);
    $body$;
  end if;

  if 'deduct_credits' = any (missing) then
    -- True when the reference is charged, by this call or an earlier one; false when the balance is short.
    create function public.deduct_credits(user_id text, action text, amount integer, reference text)
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

      insert into public.credit_accounts (user_id) values ($1) on conflict do nothing;

      -- Charges of one user wait here for each other, and then see what the others wrote.
      select a.balance into available from public.credit_accounts a where a.user_id = $1 for update;

      if exists (select from public.credit_ledger l where l.reference = $4) then
        return true;
      end if;

      if available < amount then
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
  foreach made in array array_replace(array_replace(missing,
    'credit_balance', 'public.credit_balance(text)'),
    'deduct_credits', 'public.deduct_credits(text, text, integer, text)')
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
    execute format('revoke all on public.credit_accounts, public.credit_ledger from %s', browser_roles);
  end if;
  if has_service_role then
    grant select, insert, update on public.credit_accounts to service_role;
    grant select on public.credit_ledger to service_role;
  end if;
end $$;

notify pgrst, 'reload schema';

commit;
