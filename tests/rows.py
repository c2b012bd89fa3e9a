"""Rows that tests begin with: kept aside in a schema of their own, and put back at the cost of what was changed."""

from django.db import connection, transaction

# The roles of replication leave out triggers and foreign keys: what is put back was right when it was kept, and the
# trail of consents refuses to be deleted. The user must be a superuser, as in the embedded PostgreSQL.
_PUT_BACK = """
CREATE OR REPLACE FUNCTION put_back(kept name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one record;
  changed boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN
    SELECT format('public.%I', own.tablename) AS own, kept || '.' || quote_ident(other.tablename) AS other
    FROM pg_tables own LEFT JOIN pg_tables other ON other.tablename = own.tablename AND other.schemaname = kept
    WHERE own.schemaname = 'public'
  LOOP
    IF one.other IS NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one.own) INTO changed;
    ELSE
      EXECUTE format('SELECT EXISTS ((TABLE %1$s EXCEPT ALL TABLE %2$s) UNION ALL (TABLE %2$s EXCEPT ALL TABLE %1$s))',
                     one.own, one.other) INTO changed;
    END IF;
    CONTINUE WHEN NOT changed;
    EXECUTE 'DELETE FROM ' || one.own;
    IF one.other IS NOT NULL THEN
      EXECUTE format('INSERT INTO %s TABLE %s', one.own, one.other);
    END IF;
  END LOOP;
  SET LOCAL session_replication_role = origin;
END $$
"""


def keep(name: str) -> None:
    """Copies what all tables hold now into the schema `name`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PUT_BACK)
        cursor.execute(f"CREATE SCHEMA {name}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE {name}."{table}" AS TABLE public."{table}"')


def put_back(name: str) -> None:
    """Makes all tables hold what was kept under `name`, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT put_back(%s)", [name])


def put_back_when_nobody_writes(name: str) -> None:
    """The same after every transaction that still writes has come to its end, as a TRUNCATE would wait for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("SELECT string_agg(format('%I', tablename), ',') FROM pg_tables WHERE schemaname = 'public'")
        cursor.execute(f"LOCK TABLE {cursor.fetchone()[0]} IN SHARE ROW EXCLUSIVE MODE")
        put_back(name)
