//! The stages, one module each. No stage knows another; `pipeline` knows their order.

pub mod answers;
pub mod assign;
pub mod block;
pub mod changes;
pub mod cluster;
pub mod compare;
pub mod consent;
pub mod edit;
pub mod expect;
pub mod load;
pub mod merge;
pub mod nearest;
pub mod qualify;
pub mod report;
pub mod revenue;
pub mod score;
pub mod standardize;
pub mod train;
pub mod write;
