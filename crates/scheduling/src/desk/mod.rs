//! The office's desk: the list of a day, one appointment, the customer database, and booking for who calls.
//!
//! Everything here holds at the places where the actor serves citizens. What is elsewhere is not found, as what never was.

mod customers;
mod day_list;
mod entry;
mod file;
mod phone;

pub(crate) use customers::reference;
pub use customers::{Customer, CustomerSearch, Found, MOST_FOUND, customers};
pub use day_list::{Cursor, DayList, DayQuery, MOST_OF_A_DAY, day_list};
pub use entry::DeskEntry;
pub use file::{correct_contact, office_appointment};
pub use phone::{BookForCaller, NextTimes, book_for_caller, next_times, times_to_move};
