//! The nouns that two or more stages share.

pub mod calendar;
pub mod coded;
pub mod column_values;
pub mod crm;
pub mod emissions;
pub mod entities;
pub mod facts;
pub mod field;
pub mod growing;
pub mod ids;
pub mod leads;
pub mod link_values;
pub mod matching;
pub mod names;
pub mod per_row;
pub mod pinned;
pub mod progress;
pub mod rows;
pub mod scorecards;
pub mod summary;
pub mod table;
pub mod text;
