DROP TABLE former_employer_views;
