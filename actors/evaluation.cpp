// SPDX-License-Identifier: Apache-2.0
#include "actors/evaluation.hpp"

#include <caf/send.hpp>

namespace troupe {

void evaluation::run() noexcept {
  auto values =
    services_->flow->programs->evaluate(program_, input_, variables_, stop_.get_token());
  caf::anon_send(who_, evaluated{attempt_, std::move(values)});
  who_ = nullptr;
}

void evaluation::refuse(const error& why) {
  caf::anon_send(who_, evaluated{attempt_, unexpected<error>{why}});
}

} // namespace troupe
