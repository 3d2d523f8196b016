-- The hub's and the hotline's databases on PostgreSQL, and who reaches which. Run it once as
-- PostgreSQL's superuser with psql -f; what is there already stays. Then \password for each role.
--   sealhub            the hub's processes: their own database, and rows of the hotline's
--   sealhotline        the hotline's process: rows of its own database and nothing else; deletes none
--   sealhotline_owner  makes and restores the hotline's tables; no process runs as it
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['sealhub', 'sealhotline', 'sealhotline_owner']) AS wanted (name)
  WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
  FROM (VALUES ('sealhub', 'sealhub'), ('sealhotline', 'sealhotline_owner')) AS wanted (name, owner)
  WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = name) \gexec
REVOKE ALL ON DATABASE sealhub, sealhotline FROM PUBLIC;
GRANT CONNECT ON DATABASE sealhotline TO sealhotline, sealhub;
\connect sealhotline
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sealhotline, sealhub;
GRANT USAGE, CREATE ON SCHEMA public TO sealhotline_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE sealhotline_owner
  GRANT SELECT, INSERT, UPDATE ON TABLES TO sealhotline, sealhub;
ALTER DEFAULT PRIVILEGES FOR ROLE sealhotline_owner GRANT DELETE ON TABLES TO sealhub;
ALTER DEFAULT PRIVILEGES FOR ROLE sealhotline_owner
  GRANT USAGE, SELECT ON SEQUENCES TO sealhotline, sealhub;
