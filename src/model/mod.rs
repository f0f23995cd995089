//! The words: what rows, people, times and codes are called here. No IO, no clock, no polars.

pub mod account;
pub mod activity_name;
pub mod audit;
pub mod code;
pub mod enum_set;
pub mod ids;
pub mod input;
pub mod joined;
pub mod lever_rule;
pub mod method;
pub mod nearest;
pub mod problem;
pub mod pseudonym;
pub mod rare;
pub mod registration;
pub mod resource;
pub mod seed;
pub mod settings;
pub mod sign_in;
pub mod tables;
pub mod tenant_activity;
pub mod time;
pub mod time_zone;
