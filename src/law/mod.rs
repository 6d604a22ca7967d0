//! The law of the house, pure: values in, values out. No clock, no socket, no table, no file.
//!
//! * [`custody`]: who holds a record, on which ground, in which category;
//! * [`schedule`]: the retention schedule: what is kept, why, under which provision;
//! * [`periods`]: until when one record is kept;
//! * [`pack`]: what an organisation chooses inside the schedule's limits;
//! * [`decision`]: may this go, and if not, why not;
//! * [`issuing`]: who may issue what, and what the law demands it to say;
//! * [`validity`]: how long a competence lasts;
//! * [`standing`]: what a certificate is worth on a day;
//! * [`succession`]: who keeps what another kept before;
//! * [`erasing`]: what is left when custodies end;
//! * [`calendar`]: legal days in Europe/Oslo: holidays, working days, when periods end.

pub mod calendar;
pub mod custody;
pub mod decision;
pub mod erasing;
pub mod issuing;
pub mod pack;
pub mod periods;
pub mod schedule;
pub mod standing;
pub mod succession;
pub mod validity;
