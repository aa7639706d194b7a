-- The public bucket of the images, where there is Supabase Storage.

begin;

do $$
begin
  if to_regclass('storage.buckets') is null then
    return;
  end if;

  insert into storage.buckets (id, name, public) values ('generated-content', 'generated-content', true)
  on conflict do nothing;

  if exists (select from storage.buckets b where b.id = 'generated-content' and not b.public) then
    raise warning 'The bucket generated-content is private: its image links answer 400 until it is made public';
  end if;
end $$;

commit;
