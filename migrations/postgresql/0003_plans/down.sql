DROP INDEX invitations_age;
DROP INDEX refresh_tokens_age;
