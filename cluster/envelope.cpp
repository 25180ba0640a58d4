// SPDX-License-Identifier: Apache-2.0
#include "cluster/envelope.hpp"

namespace troupe {

void add_envelope(caf::actor_system_config& config) {
  config.add_message_type<envelope>("troupe.envelope");
}

} // namespace troupe
