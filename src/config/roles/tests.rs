//! Headers and values of many tables, and what they are.
