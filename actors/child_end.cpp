// SPDX-License-Identifier: Apache-2.0
// A file of its own: closing a mailbox puts templates of CAF's here, which are to be ours alone.
// CAF casts the end of a queue to an element, which UBSan's vptr check takes for an error wherever
// it gets to see it; here the mailbox is empty, and nothing is cast.
#include "actors/child_actor.hpp"

namespace troupe {

bool child_actor::cleanup(caf::error&& reason, caf::execution_unit* host) {
  if (mailbox().closed() || !mailbox().empty())
    return event_based_actor::cleanup(std::move(reason), host); // there is mail to get rid of
  mailbox().close();
  unregister_from_system();
  return monitorable_actor::cleanup(std::move(reason), host);
}

} // namespace troupe
