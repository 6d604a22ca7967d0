DELETE FROM sqlite_stat1 WHERE tbl IN (
    'certificates', 'certificate_versions', 'certificate_lines', 'certificate_acts', 'certificate_batches', 'to_certify',
    'verification_codes', 'verification_counts', 'documents', 'photos', 'outbox'
);
DROP INDEX outbox_due_but_mail;
