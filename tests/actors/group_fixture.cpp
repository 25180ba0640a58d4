// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/group_fixture.hpp"

#include "actors/spawn.hpp"

namespace troupe::test {

void group_fixture::start_group(const plan::node& node, value input, context where) {
  auto play = [this](caf::local_actor*, const shared_services&, const child_spec& child,
                     const std::string&) {
    auto& id = child.node->id;
    return child.place == place::wrapped || id == "a" ? a : id == "b" ? b : c;
  };
  auto spec = *group_spec_of(*services, child_spec{.node = &node}, node.path);
  spec.spawn = play;
  if (own_policy)
    spec.policy = std::move(own_policy);
  group = sys.spawn<supervisor_actor>(services, node, node.path, std::move(spec));
  if (early)
    deliver(parent, group, *early);
  deliver(parent, group, order(std::move(input), std::move(where)));
}

} // namespace troupe::test
