//! The modules that read bytes from outside, as they stand in the server, and what must hold of them (`properties`). The
//! server has no library to depend on, so each is named by its path; what they need of others besides is set up here.
#![allow(dead_code)]

#[path = "../../src/server/address.rs"]
pub mod address;
#[path = "../../src/server/http/cookies.rs"]
pub mod cookies;
#[path = "../../src/server/dialect/fields.rs"]
pub mod fields;
#[path = "../../src/server/dialect/moment.rs"]
pub mod moment;
#[path = "../../src/server/account/name.rs"]
pub mod name;
pub mod properties;
#[path = "../../src/protocol/mod.rs"]
pub mod protocol;
#[path = "../../src/server/store/since.rs"]
pub mod since;

/// Each where the others look for it.
pub mod server {
    pub use crate::{address, properties};

    pub mod account {
        pub use crate::name;
    }

    pub mod dialect {
        pub use crate::{fields, moment};
    }

    pub mod http {
        pub use crate::cookies;
    }

    pub mod store {
        pub use crate::since;
    }
}

/// What `since` makes answers of.
pub struct Row {
    pub at: u64,
}

pub struct Inbox {
    pub rows: Vec<Row>,
    pub since: String,
    pub more: bool,
}

/// The sentences of a refused name are not what is tried.
pub mod words {
    #[derive(Clone, Copy)]
    pub struct Words;

    impl Words {
        pub fn name_shape(self) -> &'static str {
            "shape"
        }

        pub fn name_reserved(self) -> &'static str {
            "reserved"
        }

        pub fn name_slash(self) -> &'static str {
            "slash"
        }

        pub fn name_mixed_script(self) -> &'static str {
            "mixed script"
        }
    }
}
