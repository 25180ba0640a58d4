// SPDX-License-Identifier: Apache-2.0
#include "actors/pool.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

caf::behavior pool(caf::event_based_actor* self, std::shared_ptr<thread_pool> threads) {
  end_without_printing(self);
  return {
    [=](const work& x) { threads->submit(x.job); },
    [=](const gave_up&) { threads->check(); },
  };
}

} // namespace troupe
