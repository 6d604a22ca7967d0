//! `attest serve`: the server itself.

use clap::Args;

use super::{Failed, Place, in_force};
use crate::{app, platform::telemetry};

/// Serve the API.
#[derive(Debug, Args)]
pub struct Serve {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
}

impl Serve {
    /// Serves until told to stop.
    ///
    /// # Errors
    /// The configuration's, the database's, and the network's.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let mut settings = place.settings()?;
        if self.listen.is_some() {
            settings.listen = self.listen;
        }
        let config = in_force(settings)?;
        telemetry::begin(config.log_format, &config.log);
        Ok(app::serve(config)?)
    }
}
