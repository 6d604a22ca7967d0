DROP INDEX outbox_due_but_mail;
