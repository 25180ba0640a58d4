// SPDX-License-Identifier: Apache-2.0
#include "engine/inside.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/thread_hook.hpp>

namespace troupe {

namespace {

thread_local const caf::actor_system* system_of_this_thread = nullptr;

class mark final : public caf::thread_hook {
public:
  void init(caf::actor_system& x) override { system_ = &x; }
  void thread_started() override { system_of_this_thread = system_; }
  void thread_terminates() override {}

private:
  const caf::actor_system* system_ = nullptr;
};

} // namespace

void mark_threads_of(caf::actor_system_config& config) { config.add_thread_hook<mark>(); }

bool is_inside(const caf::actor_system& x) { return system_of_this_thread == &x; }

} // namespace troupe
