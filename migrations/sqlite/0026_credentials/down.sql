DROP TABLE credentials;
DROP TABLE status_marks;
DROP TABLE status_lists;
DROP TABLE issuer_keys;
