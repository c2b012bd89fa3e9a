"""The proof of consent and the tallies are append-only for everybody; see members.proofs for the one way out."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION members_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'members_consent'
       AND current_setting('netzwerk.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON members_consent
    FOR EACH ROW EXECUTE FUNCTION members_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON members_wording
    FOR EACH ROW EXECUTE FUNCTION members_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON members_tally
    FOR EACH ROW EXECUTE FUNCTION members_append_only();
"""

BACKWARD = """
DROP TRIGGER append_only ON members_consent;
DROP TRIGGER append_only ON members_wording;
DROP TRIGGER append_only ON members_tally;
DROP FUNCTION members_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
