//! x
pub mod source; pub mod diagnostic; pub mod slug; pub mod date; pub mod yaml; pub mod body; pub mod call; pub mod markdown; pub mod kind; pub mod decode; pub mod facts;
