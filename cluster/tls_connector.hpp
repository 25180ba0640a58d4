// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <caf/actor_system.hpp>
#include <caf/io/middleman_actor.hpp>

namespace troupe {

/// Connects and publishes over TLS, as the actor of CAF's own module does (which has to be loaded):
/// but with that one, what goes wrong with one connection may close the others of its process.
/// Whoever spawns it ends it, with caf::exit_reason::kill.
caf::io::middleman_actor spawn_tls_connector(caf::actor_system& system);

} // namespace troupe
