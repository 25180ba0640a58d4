// SPDX-License-Identifier: Apache-2.0
#include "actors/pool.hpp"

namespace troupe {

caf::behavior pool(caf::event_based_actor*, std::shared_ptr<thread_pool> threads) {
  return {
    [=](const work& x) { threads->submit(x.job); },
    [=](const gave_up&) { threads->check(); },
  };
}

} // namespace troupe
